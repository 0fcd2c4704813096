import { vi } from 'vitest';

// Files share a process, and handlers keep their SDK clients, with the account and the endpoint of the file before.
vi.resetModules();
