/** What a task is told of its run, as parameters of its state. */
export const RUN = {
  'id.$': '$$.Execution.Name',
  'arn.$': '$$.Execution.Id',
  'cluster.$': '$.read.cluster',
};

/** With what ReadBundle says of the record that it wrote; no function can change that. */
export const READ_RUN = { ...RUN, 'records.$': '$.read.records' };

/** With what PlanChanges says of its. */
export const PLANNED_RUN = { ...RUN, 'records.$': '$.plan.records' };
