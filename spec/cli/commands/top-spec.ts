import assert from 'node:assert/strict';
import { describe } from '../../support/it.ts';
import { until } from '../../support/until.ts';
import { inShell, type Shell } from '../support/inShell.ts';
import { KEYS, millrace, needTerminal, type Screen } from '../support/shell.ts';

/** Two queues and the screen that shows them. */
const topOf = async (shell: Shell, options = {}): Promise<Screen> => {
  (await shell.queue('mails').putMulti([1, 2, 3])).unwrap();
  (await shell.queue('orders').put({ total: 12 }, { id: 'order-7' })).unwrap();
  const screen = shell.screen(['top'], options);
  await screen.shows(/mails +3 +0 +0 +0 /);
  return screen;
};

describe('millrace top', (it) => {
  it.before(needTerminal);

  it(
    'shows all queues on a screen of its own, and leaves the terminal as it was',
    inShell(async (shell) => {
      const screen = await topOf(shell);
      assert.equal(screen.isAlternate, true);
      const [title = '', , head = '', mails = '', orders = ''] = screen.lines;
      assert.match(title, /^millrace top redis:\/\/127\.0\.0\.1:\d+ +2 queues$/);
      assert.match(head, /^queue▲ +ready +leased +delayed +dead +oldest +put\/s +ack\/s/);
      assert.match(mails, /^mails +3 +0 +0 +0 +\d+m?s +0 +0/);
      assert.match(orders, /^orders +1 +0 +0 +0 +\d+m?s +0 +0/);
      assert.match(screen.text, /q quit$/);
      screen.type('q');
      assert.equal(await screen.ended, 0);
      assert.deepEqual([screen.isAlternate, screen.text], [false, '']);
      assert.ok(screen.raw.lastIndexOf('\u001b[?25h') > screen.raw.lastIndexOf('\u001b[?25l'), 'the cursor is back');
    }),
  );

  it(
    'follows what happens: counts, rates, sparklines, new queues',
    inShell(async (shell) => {
      const screen = await topOf(shell, { columns: 120 });
      const mails = shell.queue<number>('mails');
      let busy = true;
      const work = (async () => {
        while (busy) {
          (await mails.putMulti([1, 2])).unwrap();
          await (await mails.get()).unwrap().ack();
        }
      })();
      await screen.shows(/mails .* [\d,.]+ +[\d,.]+ .*[▁▂▃▄▅▆▇█].*[▁▂▃▄▅▆▇█]/);
      busy = false;
      await work;
      (await shell.queue('later').put(1)).unwrap();
      await screen.shows(/later +1 /);
      screen.type('q');
      assert.equal(await screen.ended, 0);
    }),
  );

  it(
    'sorts, pauses, resumes and inspects by keys',
    inShell(async (shell) => {
      const screen = await topOf(shell);
      screen.type(KEYS.right);
      await screen.shows(/▼ready/);
      screen.type('o');
      await screen.shows(/▲ready[\s\S]*orders[\s\S]*mails/);
      screen.type(KEYS.left);
      await screen.shows(/queue▲[\s\S]*mails[\s\S]*orders/);
      // The second key comes before the first is drawn: it is for the queue selected by then.
      screen.type(`${KEYS.down}p`);
      await until(async () => (await shell.queue('orders').isPaused()).unwrap());
      await screen.shows(/⏸ orders[\s\S]*orders is paused: r resumes it/);
      assert.equal((await shell.queue('mails').isPaused()).unwrap(), false);
      screen.type('r');
      await screen.shows(/orders goes on/);
      assert.equal((await shell.queue('orders').isPaused()).unwrap(), false);
      screen.type(KEYS.enter);
      await screen.shows(/orders +put 1 .*\n.*ready 1 .*\norder-7 .* 0 delivered 0 failed +\{"total":12\}/);
      screen.type(KEYS.right);
      await screen.shows(/None\./);
      screen.type(KEYS.escape);
      await screen.shows(/queue▲/);
      screen.type('q');
      assert.equal(await screen.ended, 0);
    }),
  );

  it(
    'fits the terminal as it is resized, however many queues there are',
    inShell(async (shell) => {
      for (let i = 10; i < 40; i++) (await shell.queue(`queue${i}`).put(i)).unwrap();
      const screen = shell.screen(['top'], { rows: 16, columns: 80 });
      await screen.shows(/queue10 +1 /);
      assert.doesNotMatch(screen.text, /queue30/);
      for (let i = 0; i < 25; i++) screen.type(KEYS.down);
      await screen.shows(/queue35/);
      screen.resize(40, 120);
      await screen.shows(/queue10[\s\S]*queue39[\s\S]*q quit$/);
      screen.type('q');
      assert.equal(await screen.ended, 0);
    }),
  );

  it(
    'restores the terminal on Ctrl-C',
    inShell(async (shell) => {
      const screen = await topOf(shell);
      screen.type('\u0003');
      assert.equal(await screen.ended, 0);
      assert.deepEqual([screen.isAlternate, screen.text], [false, '']);
    }),
  );

  it(
    'stays when Redis is away, says so, and goes on with it',
    inShell(
      async (shell) => {
        const screen = await topOf(shell);
        await shell.house.server.kill();
        await screen.shows(/No answer from Redis/);
        await shell.house.server.restart();
        await screen.shows(/q quit$/);
        await until(() => !/No answer/.test(screen.text));
        screen.type('q');
        assert.equal(await screen.ended, 0);
      },
      { redis: { args: ['--appendonly', 'yes', '--appendfsync', 'always'] } },
    ),
  );

  it('needs a terminal, and names what does not', async () => {
    const { code, err } = await millrace(['top']);
    assert.deepEqual([code, err], [2, 'millrace: top needs a terminal; millrace stats says it once\n']);
  });
});
