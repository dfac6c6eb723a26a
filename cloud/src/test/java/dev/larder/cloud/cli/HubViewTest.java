package dev.larder.cloud.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.larder.common.json.Json;
import org.junit.jupiter.api.Test;

class HubViewTest {
  private static String status(String answer) throws JsonProcessingException {
    return HubView.status(Json.mapper().readTree(answer.replace('\'', '"')));
  }

  @Test
  void showsQueuesLossesClientsAndProblems() throws JsonProcessingException {
    assertThat(
            status(
                """
                {'hubConnected': true, 'twin': {'name': '$edgeHub', 'reported': {
                  'schemaVersion': '1.2', 'version': {'version': '1.1.0'},
                  'lastDesiredVersion': 7, 'appliedDesiredVersion': 6,
                  'lastDesiredStatus': {'code': 400, 'description': '1 route is not in force',
                    'problems': [{'path': 'routes.up', 'message': 'ends early', 'mend': 'name a sink'}]},
                  'clients': {'press': {'status': 'Connected'}, 'device:saw': {'status': 'Disconnected'}},
                  'storeAndForward': {'received': 40, 'withoutRoute': 1, 'refused': 2, 'bytes': 900,
                    'queues': {'$upstream': {
                      '0': {'waiting': 3, 'bytes': 600, 'expired': 0, 'overQuota': 12},
                      '5': {'waiting': 1, 'bytes': 300, 'expired': 4, 'overQuota': 0}}}}}}}
                """))
        .isEqualTo(
            """
            Connected          true
            Version            1.1.0
            Desired version    6 in force, 7 sent
            Desired status     400 1 route is not in force
            Messages received  40
              Without a route  1
              Refused          2
            Bytes kept         900

            QUEUE      PRIORITY  WAITING  BYTES  EXPIRED  OVER QUOTA
            $upstream  0         3        600    0        12
            $upstream  5         1        300    4        0

            CLIENT      STATUS
            press       Connected
            device:saw  Disconnected

            PROBLEM AT  WHAT        MEND
            routes.up   ends early  name a sink
            """);
  }

  @Test
  void saysThatNothingWasReported() throws JsonProcessingException {
    assertThat(status("{'hubConnected': false, 'twin': {'name': '$edgeHub'}}"))
        .startsWith("Connected  false\n")
        .contains("nothing yet");
  }
}
