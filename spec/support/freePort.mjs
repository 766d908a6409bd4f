import { createServer } from 'node:net';

/**
 * A free port on 127.0.0.1, below the range from which systems give out client ports (32768 on Linux,
 * 49152 on macOS): in there, a client that reconnects to a server being restarted may be given the
 * server's own port, connect to itself and keep the server from coming back. 10,000 further up, where
 * Redis Cluster wants its bus, is still below.
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = 12_000 + Math.floor(Math.random() * 10_000);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port between 12000 and 21999 on 127.0.0.1');
}

const isFree = (port) =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
