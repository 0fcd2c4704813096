/** How STS refuses a token: its error code, HTTP status and message (AWS STS API Reference, AssumeRoleWithWebIdentity). */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;
  readonly status: number;
  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export function invalidToken(message: string): Refusal {
  return new Refusal('InvalidIdentityToken', 400, message);
}

/** The same words whatever the reason: AWS does not tell a stranger what a role's trust policy says. */
export function notAuthorized(): Refusal {
  return new Refusal('AccessDenied', 403, 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
}
