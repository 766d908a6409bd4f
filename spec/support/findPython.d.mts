/**
 * Makes sure that `python` can import `module`; on Debian and Ubuntu, as root, it installs `debian`, the package that
 * brings it. Throws with the command that does.
 */
export function needPython(python: string, module: string, debian: string): void;
