package dev.lifeboat.verifier.finding;

import dev.lifeboat.platform.events.EventConsumer;
import dev.lifeboat.platform.events.Received;
import dev.lifeboat.platform.events.SeenVersions;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.fleet.FleetEvent;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** A repository without read-only credentials is a finding: what runs in a sandbox could then harm the archive. */
@ApplicationScoped
class RepositoryFindings implements EventConsumer {
    private static final String CODE = "repository.no-read-credentials";

    private final Findings findings;

    RepositoryFindings(Findings findings) {
        this.findings = findings;
    }

    @Override
    public String name() {
        return "verifier-repository-findings";
    }

    @Override
    public Set<EventType> types() {
        return EnumSet.of(EventType.REPOSITORY_DECLARED, EventType.REPOSITORY_CHANGED, EventType.REPOSITORY_REMOVED);
    }

    @Override
    public void on(Received received, Handle transaction) {
        FleetEvent event = (FleetEvent) received.event().data();
        long version = received.event().version();
        switch (event) {
            case FleetEvent.RepositoryDeclared it -> declared(transaction, it.repositoryId(), version, it.spec());
            case FleetEvent.RepositoryChanged it -> declared(transaction, it.repositoryId(), version, it.spec());
            case FleetEvent.RepositoryRemoved it -> {
                if (isNew(transaction, it.repositoryId(), version)) {
                    findings.close(
                            transaction, subject(it.name()), Optional.empty(), "The repository is no longer declared.");
                }
            }
            default -> throw new IllegalArgumentException("no such event is asked for: " + event.getClass());
        }
    }

    private void declared(Handle transaction, UUID id, long version, RepositorySpec spec) {
        if (!isNew(transaction, id, version)) {
            return;
        }
        Findings.Subject subject = subject(spec.name());
        if (spec.readCredentials() != null) {
            findings.close(transaction, subject, Optional.empty(), "The repository has readCredentials now.");
        } else if (!findings.isOpen(transaction, subject.about())) {
            findings.raise(transaction, subject, null, new Findings.Words() {
                @Override
                public String message(int times) {
                    return "Sandboxes read the repository " + spec.name() + " with credentials that may also write.";
                }

                @Override
                public String hint() {
                    return "Declare readCredentials for it: a key that may list and read, and nothing else.";
                }
            });
        }
    }

    private boolean isNew(Handle transaction, UUID id, long version) {
        return SeenVersions.advance(transaction, name(), "repository/" + id, version);
    }

    private static Findings.Subject subject(String repository) {
        return new Findings.Subject(CODE + "/" + repository, CODE, "warning", null, null, repository, null);
    }
}
