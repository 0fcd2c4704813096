import * as z from 'zod';
import type { DeepReadonly } from '../../util/deep-readonly.ts';
import { featureGateManifestSchema } from '../inclusion/feature-gates.ts';
import { sourceDocumentSchema } from '../source-document.ts';

const releaseBundleSchema = z.object({
  release: z.string(),
  /** Address of the bundle. */
  source: z.string(),
  /** The only cluster it is for; absent when it is for the whole fleet. */
  cluster: z.string().exactOptional(),
  /** CredentialsRequests; which of them count depends on the cluster. */
  documents: z.array(sourceDocumentSchema),
  /** What its FeatureGate manifests say of the gates that its requests name. */
  gates: z.array(featureGateManifestSchema).exactOptional(),
  /** What it holds besides, and is not read. */
  ignored: z.array(z.string()).exactOptional(),
  /** Why the bundle cannot be used; empty when it can. */
  problems: z.array(z.string()),
});

/** One release that clusters are compared with, and the documents its bundle holds. */
export type ReleaseBundle = DeepReadonly<z.infer<typeof releaseBundleSchema>>;

/** The bundles that one audit read, each with the number of its requests for AWS. */
export const readBundlesSchema = z.array(releaseBundleSchema.extend({ requests: z.int() }));
