package dev.lifeboat.restore.run;

import dev.lifeboat.restore.inspect.Inspector;
import dev.lifeboat.restore.recovery.Recovery;
import dev.lifeboat.restore.recovery.RecoveryState;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Phase;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxHost;
import java.util.List;

/** {@code recovery.ended} of a recovery that has ended. */
final class EndedEvent {
    private EndedEvent() {}

    static RecoveryEnded of(Recovery recovery, List<Phase> phases, SandboxHost host) {
        var wanted = recovery.wanted();
        var facts = recovery.facts();
        Failure failure = recovery.state() instanceof RecoveryState.Ended ended
                ? ended.outcome().failure()
                : null;
        return new RecoveryEnded(
                recovery.id(),
                wanted.cluster(),
                wanted.kind(),
                recovery.method(),
                recovery.state().attempt(),
                recovery.state().name(),
                failure,
                facts.backup() == null ? wanted.backupId() : facts.backup().backupId(),
                facts.backup() == null ? wanted.repository() : facts.backup().repository(),
                facts.backup() == null ? null : facts.backup().manifest(),
                wanted.target(),
                facts.reached(),
                wanted.policy(),
                wanted.dueAt(),
                wanted.requestedAt(),
                wanted.requestedBy(),
                recovery.endedAt(),
                phases,
                facts.rto(),
                facts.rpo(),
                facts.inspection() == null
                        ? Inspector.notInspected("the recovery did not get that far")
                        : facts.inspection(),
                facts.isolation(),
                facts.sandbox() == null
                        ? host
                        : new SandboxHost(
                                facts.sandbox().hostId(),
                                facts.sandbox().processors(),
                                facts.sandbox().memoryBytes(),
                                facts.sandbox().serverVersion()),
                facts.tornDown(),
                wanted.policyVersion(),
                facts.clocks());
    }
}
