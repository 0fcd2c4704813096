import { connect, type DetailedPeerCertificate } from 'node:tls';

const TIME_LIMIT_MS = 3_000;

/**
 * SHA-1 fingerprint, in hex, of the last certificate in the chain that an https endpoint presents: what IAM
 * calls a thumbprint. Undefined when the endpoint cannot be reached; it is never a reason to fail, as IAM
 * finds it by itself and STS ignores it for S3 hosts.
 */
export function fetchThumbprint(url: string): Promise<string | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(
      { host: hostname, port: Number(port || 443), servername: hostname, timeout: TIME_LIMIT_MS },
      () => {
        resolve(lastFingerprint(socket.getPeerCertificate(true)));
        socket.destroy();
      },
    );
    const unreachable = () => {
      socket.destroy();
      resolve(undefined);
    };
    socket.once('error', unreachable);
    socket.once('timeout', unreachable);
  });
}

function lastFingerprint(certificate: DetailedPeerCertificate): string | undefined {
  const seen = new Set<string>();
  let last = certificate;
  // A self-signed root names itself as its issuer.
  while (last.issuerCertificate !== undefined && !seen.has(last.fingerprint)) {
    seen.add(last.fingerprint);
    last = last.issuerCertificate;
  }
  return last.fingerprint?.replaceAll(':', '');
}
