import { render, useApp, useInput, useStdout } from 'ink';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { need } from '../exit.ts';
import type { Seen } from '../inspector.ts';
import { allNames } from '../queues.ts';
import type { Session } from '../session.ts';
import { Watch } from '../watch.ts';
import { EMPTY, inspectedNext, inspecting, looked, type Model, moved, reversed, sortedBy } from './model.ts';
import { Screen } from './screen.tsx';

/** ms between two looks. */
const EVERY = 1_000;
/** Every so many looks, new queues are looked for. */
const NAMES_EVERY = 5;
/** Most tasks read of an inspected queue. */
const PAGE = 100;

/** Looks at all queues, again and again. */
class Watches {
  readonly #session: Session;
  readonly #only: readonly string[];
  readonly #all = new Map<string, Watch>();
  #looks = 0;

  constructor(session: Session, only: readonly string[]) {
    this.#session = session;
    this.#only = only;
  }

  get(name: string | undefined): Watch | undefined {
    return name === undefined ? undefined : this.#all.get(name);
  }

  async look() {
    if (this.#looks++ % NAMES_EVERY === 0) await this.#find();
    return Promise.all([...this.#all.values()].map((watch) => watch.look()));
  }

  async #find(): Promise<void> {
    const { prefix, signal } = this.#session;
    const all = async () => (await allNames(await this.#session.redis(), prefix, signal)).queues;
    const names = this.#only.length > 0 ? this.#only : await all();
    for (const name of names) if (!this.#all.has(name)) this.#all.set(name, await Watch.of(this.#session, name));
  }
}

interface AppProps {
  readonly watches: Watches;
  readonly server: string;
}

const App = ({ watches, server }: AppProps): ReactNode => {
  const { exit } = useApp();
  const { width, height } = useSize();
  // Beside React's own state, which a key would find as it was when the screen was last drawn: two keys that come
  // together must not pause another queue than the one selected.
  const current = useRef<Model>(EMPTY);
  const [model, setModel] = useState<Model>(EMPTY);
  const [tasks, setTasks] = useState<readonly Seen[]>([]);
  const [trouble, setTrouble] = useState('');

  const change = useCallback((how: (model: Model) => Model): void => {
    current.current = how(current.current);
    setModel(current.current);
  }, []);

  const look = useCallback(async (): Promise<void> => {
    try {
      const looks = await watches.look();
      change((before) => looked(before, looks));
      const { inspected, selected } = current.current;
      const watch = watches.get(selected);
      if (inspected !== undefined && watch !== undefined)
        setTasks((await watch.inspector.peek(inspected, 0, PAGE)).tasks);
      setTrouble('');
    } catch (error) {
      setTrouble((error as Error).message);
    }
  }, [watches, change]);

  useEffect(() => {
    let timer: NodeJS.Timeout | undefined;
    let over = false;
    const again = async (): Promise<void> => {
      await look();
      if (!over) timer = setTimeout(again, EVERY);
    };
    void again();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [look]);

  const pause = async (paused: boolean): Promise<void> => {
    const watch = watches.get(current.current.selected);
    if (watch === undefined) return;
    try {
      need(await (paused ? watch.queue.pause() : watch.queue.resume()));
      const message = paused ? `${watch.name} is paused: r resumes it` : `${watch.name} goes on`;
      change((before) => ({ ...before, message }));
    } catch (error) {
      setTrouble((error as Error).message);
    }
  };

  useInput((input, key) => {
    const { inspected } = current.current;
    const by = key.upArrow || key.leftArrow ? -1 : 1;
    let how: ((model: Model) => Model) | undefined;
    if (input === 'q') exit();
    else if (input === 'p' || input === 'r') void pause(input === 'p').then(look);
    else if (input === 'o') how = reversed;
    else if (key.return) how = inspecting;
    else if (key.escape) how = (before) => ({ ...before, inspected: undefined });
    else if (key.upArrow || key.downArrow) how = (before) => moved(before, by);
    else if (key.leftArrow || key.rightArrow)
      how = (before) => (inspected === undefined ? sortedBy(before, by) : inspectedNext(before, by));
    if (how === undefined) return;
    change(how);
    change((before) => ({ ...before, message: '' }));
    setTasks([]); // those of another queue, or state
    void look();
  });

  return <Screen {...{ model, server, tasks, trouble, width, height }} />;
};

/** The size of the terminal, as it changes. */
const useSize = (): { width: number; height: number } => {
  const { stdout } = useStdout();
  const now = () => ({ width: stdout.columns ?? 80, height: stdout.rows ?? 24 });
  const [size, setSize] = useState(now);
  useEffect(() => {
    const changed = () => setSize(now());
    stdout.on('resize', changed);
    return () => void stdout.off('resize', changed);
  });
  return size;
};

const ALTERNATE = { on: '\u001b[?1049h', off: '\u001b[?1049l\u001b[?25h' };

/** Shows the screen until somebody leaves it; the terminal is then as it was before. */
export const showTop = async (session: Session, only: readonly string[]): Promise<void> => {
  const { name } = await session.redis();
  const restore = (): void => void process.stdout.write(ALTERNATE.off);
  process.once('exit', restore);
  process.stdout.write(ALTERNATE.on);
  const app = render(<App watches={new Watches(session, only)} server={name} />);
  session.signal.addEventListener('abort', () => app.unmount(), { once: true });
  try {
    await app.waitUntilExit();
  } finally {
    process.off('exit', restore);
    restore();
  }
};
