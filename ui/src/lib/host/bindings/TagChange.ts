// Generated
/**
 * A tag given to conversations, or taken from them.
 */
export type TagChange = { tag: string, conversations: Array<string>, on: boolean, };
