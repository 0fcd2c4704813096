import { quoted } from '../util/visible.ts';
import type { SourceDocument } from './source-document.ts';
import { isYamlBoolean } from './yaml-text.ts';

/** Annotations by which it is decided whether a request counts. */
const DECIDING = /^metadata\.annotations\.(include\.release|release|capability)\.openshift\.io\/.+$/s;

/** Where a request has other text that is read. */
const READ =
  /^(apiVersion|metadata\.name|spec\.(secretRef\.(name|namespace)|serviceAccountNames\[\d+\]|cloudTokenPath|providerSpec\.(kind|statementEntries\[\d+\]\.(effect|resource|action\[\d+\]|policyCondition\..+))))$/s;

/** Conditions that compare numbers, for which `1.0` and `1` are the same, and booleans, of which IAM looks at no case. */
const OF_NUMBERS = /\.policyCondition\.[^.]*Numeric/;
const OF_BOOLEANS = /\.policyCondition\.(\w+:)?(Bool|Null)/;

export interface RewrittenText {
  readonly field: string;
  readonly message: string;
  readonly remedy: string;
}

/**
 * Texts of a request that stand there without quotes and are none to Kubernetes and ccoctl: `yes` is true to them, `0o17` is 15.
 * In a condition ccoctl's policy would be another one than is written, and a name of Kubernetes it would be nowhere.
 */
export function rewrittenTexts({ rewritten = {} }: Pick<SourceDocument, 'rewritten'>): RewrittenText[] {
  return Object.entries(rewritten)
    .filter(([field, written]) => (READ.test(field) || DECIDING.test(field)) && !isMeant(field, written))
    .map(([field, written]) => {
      const isBoolean = isYamlBoolean(written);
      const meant = /^(t|y|on)/i.test(written) ? 'true' : 'false';
      return {
        field,
        message: `Without quotes ${quoted(written)} is ${isBoolean ? meant : 'a number'} to Kubernetes and ccoctl, and not this text.`,
        remedy: `Put it in quotes: ${quoted(written)}${isBoolean ? `, or "${meant}" if that is meant` : ''}.`,
      };
    });
}

function isMeant(field: string, written: string): boolean {
  return (
    (OF_NUMBERS.test(field) && /^[-+]?(0|[1-9]\d*)(\.\d*)?$/.test(written)) ||
    ((OF_BOOLEANS.test(field) || DECIDING.test(field)) && /^(true|false)$/i.test(written))
  );
}
