import type { Proof } from './prove.ts';

/** docs/cluster-proof.md. */
export function proofMarkdown({ apiServer, claims }: Proof): string {
  const rows = claims.map(
    ({ claim, times, wrong }) =>
      `| ${claim} | ${times} | ${wrong.length === 0 ? 'yes' : `no: ${wrong.length}`} |`,
  );
  return `# In a real cluster

<!-- made by npm run proof:cluster -->

What the pipeline makes is used by a kube-apiserver: it signs tokens with the private key for the issuer, and it takes the manifests.
\`npm run proof:cluster\` starts a real etcd and a real ${apiServer} with what a run of the sample made, gives them OpenShift's own definitions
of its resources, and tries it. Tokens are verified by programs that others wrote, which find the published documents under
the issuer's own host name, over TLS. It is no proof that STS takes the tokens: that needs an account of AWS.

| what was tried | times | is it so |
|---|---:|---|
${rows.join('\n')}
`;
}
