import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Files, in PEM. */
export interface Certificate {
  /** Whoever trusts this one trusts the server. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  remove(): void;
}

/** A certificate for 127.0.0.1, from an authority nobody knows; good for a day. */
export const makeCertificate = (): Certificate => {
  const dir = mkdtempSync(join(tmpdir(), 'millrace-tls-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...ec, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '1', '-subj', '/CN=Millrace specs');
  openssl('req', ...ec, '-keyout', 's.key', '-out', 's.csr', '-subj', '/CN=127.0.0.1');
  writeFileSync(join(dir, 's.ext'), 'subjectAltName=IP:127.0.0.1\n');
  const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 's.ext'];
  openssl('x509', '-req', '-in', 's.csr', ...by, '-out', 's.crt', '-days', '1');
  return {
    ca: join(dir, 'ca.crt'),
    cert: join(dir, 's.crt'),
    key: join(dir, 's.key'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
};

export const pem = (file: string): string => readFileSync(file, 'utf8');
