/** One user of the embedded broker. In its filters `{user}` stands for its name. */
export interface BrokerUser {
  readonly name: string;
  /** bcrypt, as for HTTP. */
  readonly passwordHash: string;
  /** Filters of the topics it may publish to; without any it may publish nothing. */
  readonly publish: readonly string[];
  /** Filters that cover those it may subscribe to; without any it may subscribe to nothing. */
  readonly subscribe: readonly string[];
}

/** The embedded broker: where it listens, to whom, and how much of each it takes. */
export interface BrokerConfig {
  readonly listen: readonly { readonly host: string; readonly port: number }[];
  /** Spoken at every address if given. */
  readonly tls?:
    | {
        readonly certificateFile: string;
        readonly keyFile: string;
        readonly caFile?: string | undefined;
        readonly requiresClientCertificate: boolean;
      }
    | undefined;
  readonly users: readonly BrokerUser[];
  /** Honoured where the broker listens on a loopback address, and nowhere else. */
  readonly allowAnonymous: boolean;
  readonly limits: {
    readonly clients: number;
    /** A whole control packet, its header included. */
    readonly packetBytes: number;
    readonly retainedMessages: number;
    readonly subscriptionsPerClient: number;
    readonly messagesPerSecondPerClient: number;
  };
}
