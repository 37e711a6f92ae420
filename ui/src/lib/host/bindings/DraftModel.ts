import type { CommandError } from './CommandError';
export type DraftModel = { path: string | null, name: string | null, error: CommandError | null, };
