/**
 * What an iteration of CreateRoles hands on for a role that is as it should be; for any other it is the name of
 * the error that the iteration ended with. The state machine gives it, not the function: it has a task's success
 * at first hand.
 */
export const ROLE_DONE = 'done';
