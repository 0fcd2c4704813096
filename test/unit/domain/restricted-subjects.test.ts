import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trusts } from '../../../core/domain/policy/trust.ts';
import {
  type PolicyDocument,
  type PolicyStatement,
  samePolicy,
  statementsOf,
  trustPolicy,
} from '../../../core/domain/policy-document.ts';
import { withRestrictions } from '../../../core/domain/restrictions.ts';
import {
  COMPONENT,
  type Conditions,
  DENY,
  document,
  FOR_OPENSHIFT,
  host,
  limited,
  providerArn,
  ROLE,
} from '../../support/restricted-trust.ts';

describe('the restrictions of each service account', () => {
  describe('where service accounts are bound in different ways', () => {
    const [A, B, C] = ['a', 'b', 'c'].map((name) => `system:serviceaccount:openshift-x:${name}`) as [
      string,
      string,
      string,
    ];
    const FROM_INSIDE: Conditions = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
    const keep = (subjects: readonly string[], ...live: PolicyStatement[]) =>
      statementsOf(
        withRestrictions(trustPolicy(providerArn, host, subjects), document(...live), {
          ...COMPONENT,
          subjects,
        }),
      );

    it.each<[string, readonly string[], readonly PolicyStatement[], readonly PolicyStatement[]]>([
      [
        'each keeps its own, and none is bound by that of another',
        [A, B],
        [limited(FOR_OPENSHIFT, [A]), limited({}, [B])],
        [limited(FOR_OPENSHIFT, [A]), limited({}, [B])],
      ],
      [
        'one of two that suffice still suffices',
        [A],
        [limited(FOR_OPENSHIFT, [A]), limited(FROM_INSIDE, [A])],
        [limited(FOR_OPENSHIFT, [A]), limited(FROM_INSIDE, [A])],
      ],
      [
        'a new one is bound as the others are',
        [A, C],
        [limited(FOR_OPENSHIFT, [A])],
        [limited(FOR_OPENSHIFT, [A, C])],
      ],
      [
        'a new one may do what one of the others may',
        [A, B, C],
        [limited(FOR_OPENSHIFT, [A]), limited(FROM_INSIDE, [B])],
        [limited(FOR_OPENSHIFT, [A, C]), limited(FROM_INSIDE, [B, C])],
      ],
      [
        'a new one is not bound where one of the others is not',
        [A, B, C],
        [limited(FOR_OPENSHIFT, [A]), limited({}, [B])],
        [limited(FOR_OPENSHIFT, [A]), limited({}, [B, C])],
      ],
      [
        'one that is shut out is let in, and nobody else is',
        [A, B],
        [limited(FOR_OPENSHIFT, [A]), limited({ StringEquals: { [`${host}:aud`]: 'other' } }, [B])],
        [limited(FOR_OPENSHIFT, [A]), limited({}, [B])],
      ],
    ])('%s', (_, subjects, live, expected) => {
      const kept = keep(subjects, ...live);
      expect(kept).toEqual(expected);
      // However often runs go over it.
      const again = withRestrictions(document(...kept), document(...live), { ...COMPONENT, subjects });
      expect(samePolicy(again, document(...expected))).toBe(true);
    });

    it('keeps a Deny beside one that shuts out the component', () => {
      const own = { ...DENY, Condition: { StringEquals: { [`${host}:sub`]: [A] } } };
      expect(keep([A], limited({}, [A]), own, DENY)).toEqual([limited({}, [A]), DENY]);
    });
  });

  it('admits neither more than the requests nor more than was live, and shuts out nobody whom the requests admit', () => {
    const [subject = ''] = ROLE.subjects;
    const more = 'system:serviceaccount:openshift-ingress-operator:more';
    const component = { ...COMPONENT, subjects: [subject, more] };
    const desired = trustPolicy(providerArn, host, component.subjects);
    const onSubject = fc.constantFrom<Conditions>(
      {},
      { StringEquals: { [`${host}:sub`]: [subject] } },
      { StringEquals: { [`${host.toUpperCase()}:SUB`]: [subject, more] } },
      { StringLike: { [`${host}:sub`]: '*ingress*' } },
      { StringNotEquals: { [`${host}:sub`]: more } },
    );
    const onAudience = fc.constantFrom<Conditions>(
      {},
      { StringEquals: { [`${host}:aud`]: 'openshift' } },
      { StringEquals: { [`${host}:aud`]: ['other', 'openshift'] } },
      { 'ForAnyValue:StringLike': { [`${host}:aud`]: 'open*' } },
      { StringNotEquals: { [`${host}:aud`]: 'other' } },
      { StringEquals: { [`${host}:aud`]: 'other' } },
    );
    const statement = fc
      .record({
        Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
        Principal: fc.constantFrom<unknown>(
          '*',
          { Federated: providerArn },
          { Federated: ['x', providerArn] },
        ),
        Action: fc.constantFrom<unknown>('sts:AssumeRoleWithWebIdentity', ['sts:TagSession', 'sts:Assume*']),
        conditions: fc.tuple(onSubject, onAudience),
      })
      .map(
        ({ conditions: [first, second], ...frame }): PolicyStatement => ({
          ...frame,
          Condition: {
            ...first,
            ...second,
            ...(first['StringEquals'] &&
              second['StringEquals'] && {
                StringEquals: { ...first['StringEquals'], ...second['StringEquals'] },
              }),
          },
        }),
      );
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), (statements) => {
        const live = document(...statements);
        const kept = withRestrictions(desired, live, component);
        const answers = (trust: PolicyDocument, who: string) =>
          ['openshift', 'sts.amazonaws.com', 'other'].map(
            (audience) => trusts(trust, { providerArn, host, subject: who, audience }).answer,
          );
        expect(answers(kept, 'system:serviceaccount:x:y')).toEqual(['no', 'no', 'no']);
        for (const who of component.subjects) {
          const [working, ...others] = answers(kept, who);
          expect(working).toBe('yes');
          const [worked, ...before] = answers(live, who);
          // Whom the live policy shuts out is let in; of whom it lets in, nothing more is.
          if (worked === 'yes')
            others.forEach((answer, at) => {
              if (before[at] === 'no') expect(answer).toBe('no');
            });
        }
      }),
      { numRuns: 500 },
    );
  });
});
