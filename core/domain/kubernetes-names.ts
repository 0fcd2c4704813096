/** Whether a text is a DNS subdomain (RFC 1123), as names of Kubernetes are. */
export function isDnsName(text: string, maxLength: number): boolean {
  return (
    text.length <= maxLength && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text)
  );
}

/** `${NAMESPACE}`, `{{ .Namespace }}`, `CRED-SECRET-NAME`: no name of Kubernetes has such characters. */
export function isPlaceholder(value: string): boolean {
  return /[${}]/.test(value) || /^[A-Z][A-Z0-9_-]*$/.test(value);
}
