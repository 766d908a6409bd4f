// The one door to ts-results: its UMD build hides named exports from Node's ESM loader, its ESM
// build has no default export (vultix/ts-results#37). Everything else imports from here.
import * as tsResults from 'ts-results';

type Library = Pick<typeof tsResults, 'Ok' | 'Err' | 'Some' | 'None' | 'Result' | 'Option'>;
const lib: Library = Reflect.get(tsResults, 'default') ?? tsResults;

export const Ok: typeof tsResults.Ok = lib.Ok;
export const Err: typeof tsResults.Err = lib.Err;
export const Some: typeof tsResults.Some = lib.Some;
export const None: typeof tsResults.None = lib.None;
export const Result: typeof tsResults.Result = lib.Result;
export const Option: typeof tsResults.Option = lib.Option;

export type Ok<T> = tsResults.Ok<T>;
export type Err<E> = tsResults.Err<E>;
export type Some<T> = tsResults.Some<T>;
export type None = tsResults.None;
export type Result<T, E> = tsResults.Result<T, E>;
export type Option<T> = tsResults.Option<T>;
