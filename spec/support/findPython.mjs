import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const has = (python, module) => {
  try {
    execFileSync(python, ['-c', `import ${module}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/**
 * Makes sure that `python` can import `module`; on Debian and Ubuntu, as root, it installs `debian`, the package that
 * brings it. Throws with the command that does.
 */
export function needPython(python, module, debian) {
  if (has(python, module)) return;
  const command = `apt-get install -y --no-install-recommends ${debian}`;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    const options = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    execFileSync('apt-get', ['update', '-qq'], options);
    execFileSync('apt-get', command.split(' ').slice(1), options);
    if (has(python, module)) return;
  }
  throw new Error(`these specs compare with the real thing in Python; this gets it: ${command}`);
}
