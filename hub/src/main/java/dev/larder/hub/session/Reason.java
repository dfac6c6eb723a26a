package dev.larder.hub.session;

/** Why a packet was refused or a connection closed, in MQTT 5's words. */
public enum Reason {
  SUCCESS,
  PROTOCOL_ERROR,
  NOT_AUTHORIZED,
  SERVER_SHUTTING_DOWN,
  SESSION_TAKEN_OVER,
  TOPIC_NAME_INVALID,
  RECEIVE_MAXIMUM_EXCEEDED,
  QUOTA_EXCEEDED,
  RETAIN_NOT_SUPPORTED,
  QOS_NOT_SUPPORTED
}
