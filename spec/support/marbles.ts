// What users get, for our own specs.
export { marbles } from '../../src/testing/marbles.ts';
