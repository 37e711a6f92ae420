/** Summaries in one conversation. */
export const ownSummaries = {
  label: 'Oldest messages of a long conversation',
  hint: 'Summed up, the model reads a summary in their place. Left out, it no longer knows them.',
  asApp: (on: boolean) => `As in Settings (${on ? 'summed up' : 'left out'})`,
  on: 'Sum them up',
  off: 'Leave them out',
};
