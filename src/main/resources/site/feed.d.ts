/** The transports of {@link followFeed}, in the order in which they are tried. */
export type Transport = "websocket" | "event-stream" | "http";

export const TRANSPORTS: readonly Transport[];

/** What the document selects of an event. Select `cursor` and `previousCursor`: they prove that nothing was missed. */
export interface FeedMessage {
  __typename?: string;
  cursor: string;
  previousCursor?: string;
  [field: string]: unknown;
}

export interface GraphQLError {
  message: string;
  extensions?: { code?: string; feedCursor?: string; [field: string]: unknown };
}

export interface Gap {
  /** The cursor that the client has. */
  cursor: string;
  /** What the message gave as the cursor before it. */
  previousCursor: string;
  /** Whether the client asks again from its cursor. False if the server has answered in this way twice. */
  repaired: boolean;
}

export interface FollowOptions<Event extends FeedMessage = FeedMessage> {
  /** The newsroom. By default, the one that serves the module. */
  url?: string | URL;
  /** A subscription to `newsFeed`, as text. Give this or `documentId`. */
  query?: string;
  /** A subscription to `newsFeed` that is persisted. */
  documentId?: string;
  operationName?: string;
  /** The variables without the cursor. */
  variables?: Record<string, unknown>;
  /** The variable that takes the cursor: by default, `after`. */
  cursorVariable?: string;
  /**
   * The cursor to continue from, such as the `feedCursor` of a page. Without it, the feed begins now. Ask for positions
   * then: otherwise, what passes before the first event is lost if the connection breaks.
   */
  after?: string | null;
  /** The transports to use. By default, all. */
  transports?: readonly Transport[];
  /** Receives each event once, in the order of the log. */
  onEvent?(event: Event): void;
  /** Receives each `FeedPosition`, if the document asks for positions. */
  onPosition?(position: FeedMessage): void;
  /** Receives whether the feed is being followed, each time that it changes. */
  onState?(state: { connected: boolean; transport: Transport | null }): void;
  /** Receives each message that doesn't follow the cursor. */
  onGap?(gap: Gap): void;
  /**
   * The newsroom doesn't know the cursor, for example after a restore from a backup. The follower is closed. Load again
   * what you show, and follow from there.
   */
  onInvalid?(feedCursor: string | null): void;
  /** GraphQL errors that don't pass have closed the follower. */
  onError?(errors: GraphQLError[]): void;
}

export interface FeedFollower {
  /** The cursor of the latest message. Keep it to continue from there. */
  readonly cursor: string | null;
  /** The transport in use. */
  readonly transport: Transport | null;
  /** When the server gave its latest sign of life. */
  readonly heardAt: Date | null;
  /** How many messages didn't follow the cursor. */
  readonly gaps: number;
  /** How many events came again. They were dropped. */
  readonly repeats: number;
  readonly closed: boolean;
  close(): void;
}

/** Follows the feed until it is closed. */
export function followFeed<Event extends FeedMessage = FeedMessage>(options: FollowOptions<Event>): FeedFollower;
