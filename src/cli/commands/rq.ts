import { Command } from 'commander';
import { cancel, info, requeue } from '../rq/admin.ts';
import { enqueue, result } from '../rq/enqueue.ts';

export const rq = (): Command =>
  new Command('rq')
    .description("Queues of Python's RQ: enqueue and look after jobs for its workers.")
    .helpCommand(false)
    .addCommand(enqueue())
    .addCommand(info())
    .addCommand(result())
    .addCommand(requeue())
    .addCommand(cancel())
    .addHelpText('after', '\nRQ has no prefix: its keys begin with rq:.\n\nExamples:\n  millrace rq info');
