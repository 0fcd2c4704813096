import { describe, expect, test } from 'vitest';
import { failureReason } from '../../../scripts/local/failure-reason.ts';

const NO_VERSION = `ERROR: Could not find a version that satisfies the requirement botocore==1.43.106 (from versions: none)
ERROR: No matching distribution found for botocore==1.43.106`;
const retrying = (what: string) =>
  `WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by '${what}': /simple/botocore/\n${NO_VERSION}`;
const connection = (how: string) =>
  `NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f5a5cc15010>: Failed to establish a new connection: ${how}')`;

/** What the commands really print (pip 23.2, apt 2.6, CDK 2.1148, Node 24). */
const outputs: readonly (readonly [string, string, RegExp, RegExp])[] = [
  [
    'pip, without a resolver',
    retrying(connection('[Errno -2] Name or service not known')),
    /^The Python package index is not reached \(Name or service not known\)/,
    /PIP_INDEX_URL/,
  ],
  [
    'pip, with nobody at the address of the index',
    retrying(connection('[Errno 111] Connection refused')),
    /is not reached \(Connection refused\)/,
    /Check the network/,
  ],
  [
    'pip, behind a dead proxy',
    retrying(`ProxyError('Cannot connect to proxy.', ${connection('[Errno 111] Connection refused')})`),
    /^The proxy/,
    /HTTPS_PROXY/,
  ],
  [
    'pip, behind a proxy that puts in its own certificate',
    retrying(
      "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:1006)'))",
    ),
    /^The certificate/,
    /PIP_CERT/,
  ],
  [
    'pip, with an index without TLS',
    `WARNING: The repository located at no-such-host.invalid is not a trusted or secure host and is being ignored. If this repository is available via HTTPS we recommend you use HTTPS instead\n${NO_VERSION}`,
    /not of HTTPS/,
    /PIP_TRUSTED_HOST/,
  ],
  [
    'pip, with an index that answers 403 or 404',
    NO_VERSION,
    /does not have botocore==1\.43\.106, does not let you have it/,
    /pip config list/,
  ],
  [
    'pip, with an index that changes the files',
    'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions',
    /other files than those the project pins/,
    /unchanged/,
  ],
  [
    'pip, on a full disk',
    'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n',
    /^The disk is full/,
    /Make room/,
  ],
  ['CDK, on a full disk', 'ENOSPC: no space left on device, write', /^The disk is full/, /TMPDIR/],
  [
    'apt, on a full disk',
    'W: Failed to fetch http://deb.debian.org/debian/dists/bookworm/InRelease  Error writing to file - write (28: No space left on device) [IP: 203.0.113.80 80]',
    /^The disk is full/,
    /Make room/,
  ],
  [
    'apt, without a network',
    "Err:1 http://no-such-host.invalid/debian bookworm InRelease\n  Could not resolve 'no-such-host.invalid'",
    /^no-such-host\.invalid, .* is not reached/,
    /network/,
  ],
  [
    'apt, which never got its lists',
    'Reading state information...\nE: Unable to locate package chromium',
    /do not have chromium/,
    /apt-get update/,
  ],
  [
    'venv, in a folder of root',
    "Error: [Errno 13] Permission denied: '/srv/sts-prep/.local/venv'",
    /^You may not write to \/srv\/sts-prep\/\.local\/venv/,
    /chown/,
  ],
  [
    'Node, with packages missing',
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'aws-cdk-lib' imported from /srv/sts-prep/infra/stack.ts",
    /missing \(aws-cdk-lib\)/,
    /npm ci/,
  ],
  [
    'CDK, when the emulator has ended',
    '✨  Synthesis time: 1.03s\n\nUnable to resolve AWS account to use. It must be either configured when you define your CDK Stack, or through the environment',
    /emulator does not answer/,
    /local:down/,
  ],
];

describe('the cause of a failure and its remedy are read from the output', () => {
  test.each(outputs)('%s', (_, output, cause, remedy) => {
    const reason = failureReason({ output, code: 1, diskIsFull: false });
    expect(reason?.cause).toMatch(cause);
    expect(reason?.remedy).toMatch(remedy);
  });
});

test('a full disk explains what says nothing of it', () => {
  // Of `python -m venv`, which lacks nothing but room.
  const output =
    "Error: Command '['.local/venv/bin/python3', '-m', 'ensurepip']' returned non-zero exit status 1.";
  expect(failureReason({ output, code: 1, diskIsFull: true })?.cause).toBe('The disk is full.');
});

test('a command that was killed ran out of memory, as a rule', () => {
  expect(failureReason({ output: '', code: 'SIGKILL', diskIsFull: false })?.cause).toMatch(/memory runs out/);
  expect(failureReason({ output: '', code: 'SIGTERM', diskIsFull: false })).toBeUndefined();
});

test('a failure of another kind has no reason made up for it', () => {
  const output = 'StsPrep | CREATE_FAILED | AWS::Lambda::Function | Functions/Verify';
  expect(failureReason({ output, code: 1, diskIsFull: false })).toBeUndefined();
});
