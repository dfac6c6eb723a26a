// One connection of the npm package mqtt. Orders come as lines of JSON on standard input, and what happens goes out as
// lines of JSON on standard output: {"done": n} for order n, {"message": …}, {"error": …}.
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import mqtt from 'mqtt';

const say = (word) => process.stdout.write(`${JSON.stringify(word)}\n`);
const mqtt5 = (order) => order.version === 5;
let client;
let version;

function properties(message) {
  if (version !== 5) {
    return {};
  }
  // It writes no packet at all for user properties of which there are none.
  const found = Object.keys(message.user).length ? { userProperties: message.user } : {};
  if (message.expirySeconds >= 0) {
    found.messageExpiryInterval = message.expirySeconds;
  }
  return { properties: found };
}

const orders = {
  connect(order, done) {
    version = order.version;
    client = mqtt.connect(order.uri, {
      protocolVersion: order.version,
      clientId: order.clientId,
      username: order.userName,
      password: order.password,
      clean: !order.lasting,
      ca: readFileSync(order.trust),
      reconnectPeriod: 0,
      ...(mqtt5(order) && { properties: { sessionExpiryInterval: order.lasting ? 3600 : 0 } }),
      ...(order.will && {
        will: {
          topic: order.will.topic,
          payload: order.will.text,
          qos: order.will.qos,
          retain: order.will.retained,
        },
      }),
    });
    client.on('message', (topic, payload, packet) =>
      say({
        message: {
          topic,
          text: payload.toString('utf8'),
          qos: packet.qos,
          retained: packet.retain,
          user: { ...packet.properties?.userProperties },
          expirySeconds: packet.properties?.messageExpiryInterval ?? -1,
        },
      }),
    );
    client.on('error', (error) => say({ error: String(error) }));
    client.once('connect', () => done());
  },
  subscribe(order, done) {
    client.subscribe(order.filter, { qos: order.qos }, (error, granted) => {
      const refused = granted?.some((one) => one.qos > 2);
      done(error ?? (refused ? new Error(`refused: ${order.filter}`) : undefined));
    });
  },
  publish({ message }, done) {
    const how = { qos: message.qos, retain: message.retained, ...properties(message) };
    client.publish(message.topic, message.text, how, (error) => done(error));
  },
  close(_, done) {
    client.end(false, {}, () => done());
  },
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const order = JSON.parse(line);
  orders[order.do](order, (error) =>
    say(error ? { error: String(error) } : { done: order.number }),
  );
}).on('close', () => process.exit());
