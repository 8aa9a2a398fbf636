/**
 * The task of an experiment: its flags, its help and its exit codes, for experiments of the kit and any other.
 *
 * @module
 */

export { experimentTask, type ExperimentTaskOptions } from "../cli/experiment_task.ts";
