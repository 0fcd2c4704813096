import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { ObjectStore } from '../../aws/object-store.ts';
import { readPublicKey } from '../../domain/oidc.ts';
import * as layout from '../../storage/layout.ts';

/** The two halves of a cluster's signing key, as far as they are kept here. */
export interface SigningKeys {
  readonly publicKey?: KeyObject;
  readonly privateKey?: KeyObject;
}

/** Reads the two halves of the signing key; a half that is not kept here is absent. */
export async function readSigningKeys(clusterName: string, store: ObjectStore): Promise<SigningKeys> {
  const [publicFile, privateFile] = await Promise.all([
    store.get(layout.publicKey.of({ cluster: clusterName })),
    store.get(layout.privateKey.of({ cluster: clusterName })),
  ]);
  return {
    ...(publicFile === undefined
      ? {}
      : { publicKey: readPublicKey(Buffer.from(publicFile.bytes).toString('utf8')) }),
    ...(privateFile === undefined ? {} : { privateKey: createPrivateKey(Buffer.from(privateFile.bytes)) }),
  };
}
