import { rmSync, writeFileSync } from 'node:fs';
import { EXIT, main, UsageError } from './local/main.ts';
import { project, shared } from './local/paths.ts';
import { progressOn } from './local/progress.ts';
import { startCluster } from './proof/cluster.ts';
import { proofMarkdown } from './proof/page.ts';
import { preparedCluster } from './proof/prepared.ts';
import { prove } from './proof/prove.ts';
import { record } from './proof/record.ts';
import { ensureTools } from './proof/tools.ts';

const USAGE = `Usage: npm run proof:cluster

Starts a real etcd and kube-apiserver with what the pipeline makes of the sample, as OpenShift would: do they take its manifests,
do they sign with its key, do others verify their tokens by its documents, and does \`sts-prep verify-cluster\` find what is
wrong in such a cluster? Writes docs/cluster-proof.md. Needs Go 1.26, once, for some ten minutes; KUBE_APISERVER names a ready
binary of kube-apiserver instead.

  --record   keep what the server answered, for the tests
`;

const PAGE = project('docs', 'cluster-proof.md');
const progress = progressOn(process.stdout);

await main({ usage: USAGE }, async ({ args, variables, signal }) => {
  const [other] = args.filter((arg) => !['--record', '--help', '-h'].includes(arg));
  if (other !== undefined) throw new UsageError(`${other} is not understood.`);
  if (args.some((arg) => arg !== '--record')) {
    process.stdout.write(USAGE);
    return EXIT.ok;
  }
  const tools = await ensureTools(variables, progress, signal);
  const prepared = await preparedCluster(variables, progress, signal);
  const cluster = await startCluster(tools, prepared, progress, signal);
  try {
    const proof = await prove(tools, prepared, cluster, progress);
    writeFileSync(PAGE, proofMarkdown(proof));
    progress('page', 'docs/cluster-proof.md');
    if (args.length > 0) await record(cluster, prepared);
    for (const { claim } of proof.claims.filter(({ wrong }) => wrong.length > 0)) progress('NOT SO', claim);
    return proof.claims.every(({ wrong }) => wrong.length === 0) ? EXIT.ok : EXIT.failed;
  } finally {
    await cluster.stop();
    // The private key is in there.
    rmSync(shared('proof-run'), { recursive: true, force: true });
  }
});
