import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { codeOfFunctions } from './bundle.ts';
import { FUNCTION_NAMES } from './functions.ts';
import { readSettings } from './settings.ts';
import { StsPrepStack } from './stack.ts';

const app = new App();
const settings = readSettings(app.node.getAllContext());
new StsPrepStack(app, 'StsPrep', { settings, code: await codeOfFunctions(app, FUNCTION_NAMES) });
// What goes to AWS keeps the AWS Solutions rules; a finding that is not acknowledged with a reason stops the synthesis.
if (settings.environment === 'aws') Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
