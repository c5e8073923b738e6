import {
  DeleteRuleCommand,
  ModifyListenerCommand,
  SetRulePrioritiesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { forward, listenerOn } from './builders.ts'
import type { Prepared, RefusalCase } from './prepare.ts'

/** Rows 9 to 17: listeners and rules. */
export function listenerAndRuleCases({
  elb,
  rule,
  main,
  web,
  http81,
  first,
  defaultRule,
}: Prepared): readonly RefusalCase[] {
  return [
    [
      9,
      'a listener on a taken port',
      () => elb.send(listenerOn(main, 80, 'HTTP', forward(web))),
      'DuplicateListenerException',
    ],
    [
      9,
      'a listener moved to a taken port',
      () => elb.send(new ModifyListenerCommand({ ListenerArn: http81, Port: 80 })),
      'DuplicateListenerException',
    ],
    [9, 'a port out of range', () => elb.send(listenerOn(main, 70_000)), 'ValidationError'],
    [15, 'priority 0', () => elb.send(rule({ Priority: 0 })), 'ValidationError'],
    [15, 'priority 50001', () => elb.send(rule({ Priority: 50_001 })), 'ValidationError'],
    [15, 'a taken priority', () => elb.send(rule({ Priority: 1 })), 'PriorityInUseException'],
    [
      16,
      'a priority that another rule keeps',
      () => elb.send(new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn: first, Priority: 2 }] })),
      'PriorityInUseException',
    ],
    [
      17,
      'the deletion of a default rule',
      () => elb.send(new DeleteRuleCommand({ RuleArn: defaultRule })),
      'OperationNotPermittedException',
    ],
    [
      17,
      'another priority for a default rule',
      () => elb.send(new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn: defaultRule, Priority: 5 }] })),
      'OperationNotPermittedException',
    ],
    [
      17,
      'the deletion of an unknown rule',
      () => elb.send(new DeleteRuleCommand({ RuleArn: `${first}0` })),
      'RuleNotFoundException',
    ],
  ]
}
