package dev.larder.hub.identity;

/** Why a client was refused; for the log and for counters. The client itself is not told. */
public enum Why {
  /** Neither a password nor a certificate. */
  NO_CREDENTIALS,
  /** Not readable: too long, or a token that is none. */
  MALFORMED,
  /** The client id is neither a module's of this node nor one that a device can have. */
  UNKNOWN,
  /** A leaf device that is not listed. */
  UNKNOWN_DEVICE,
  /** User name, token or certificate name another than the client id does. */
  WRONG_CLIENT_ID,
  /** The key, or the token's signature, is of another, or of another generation. */
  WRONG_KEY,
  /** A certificate that neither the node's authority issued nor a listed thumbprint names. */
  WRONG_CERTIFICATE,
  /** A token or certificate that has ended, or a certificate that has not begun. */
  EXPIRED
}
