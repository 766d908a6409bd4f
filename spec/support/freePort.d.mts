/** A free port on 127.0.0.1 that no client socket will be given. */
export function freePort(): Promise<number>;
