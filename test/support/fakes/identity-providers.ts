import type { IdentityProviders } from '../../../core/aws/identity-providers.ts';
import type { ProviderState } from '../../../core/domain/observed.ts';
import { sdkError } from './sdk-error.ts';

/** IAM's OIDC providers in memory. `writes` lists what was called, in order; `state` is what IAM holds. */
export interface FakeProviders extends IdentityProviders {
  readonly state: Map<string, ProviderState>;
  readonly writes: string[];
}

export function fakeProviders(initial: Readonly<Record<string, ProviderState>> = {}): FakeProviders {
  const state = new Map(Object.entries(initial));
  const writes: string[] = [];
  const change = (arn: string, what: string, changed: (provider: ProviderState) => ProviderState) => {
    writes.push(what);
    const provider = state.get(arn);
    if (provider === undefined) throw sdkError('NoSuchEntityException', 404);
    state.set(arn, changed(provider));
  };
  return {
    state,
    writes,
    async get(arn) {
      return structuredClone(state.get(arn));
    },
    async create({ url, audiences, thumbprint, tags }) {
      writes.push('create');
      const host = url.replace('https://', '');
      const arn = `arn:aws:iam::123456789012:oidc-provider/${host}`;
      if (state.has(arn)) throw sdkError('EntityAlreadyExistsException', 409);
      state.set(arn, { host, audiences, thumbprints: thumbprint === undefined ? [] : [thumbprint], tags });
    },
    async addAudience(arn, audience) {
      change(arn, `addAudience ${audience}`, (provider) => ({
        ...provider,
        audiences: [...new Set([...provider.audiences, audience])],
      }));
    },
    async removeAudience(arn, audience) {
      change(arn, `removeAudience ${audience}`, (provider) => ({
        ...provider,
        audiences: provider.audiences.filter((each) => each !== audience),
      }));
    },
    async tag(arn, tags) {
      change(arn, `tag ${Object.keys(tags).join()}`, (provider) => ({
        ...provider,
        tags: { ...provider.tags, ...tags },
      }));
    },
    async untag(arn, keys) {
      change(arn, `untag ${keys.join()}`, (provider) => ({
        ...provider,
        tags: Object.fromEntries(Object.entries(provider.tags).filter(([key]) => !keys.includes(key))),
      }));
    },
    async delete(arn) {
      writes.push('delete');
      state.delete(arn);
    },
  };
}
