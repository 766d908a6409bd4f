export type { FlowExpectation, MarbleHelpers, MarbleTasks, QueueExpectation, TaskFields } from './helpers.ts';
export type { MarbleQueueOptions, Places } from './marbleQueues.ts';
export { marbles } from './marbles.ts';
export { ack, fail, kill, late, release, shown } from './outcomes.ts';
