package dev.lifeboat.schemas.event;

/** The Kafka topics. Only the owner may write to one; the broker's access rules say the same. */
public enum Topic {
    /** Clusters and repositories: whole specs, compacted. */
    FLEET("lifeboat.fleet", "backup-service"),
    /** The life of each backup. */
    BACKUPS("lifeboat.backups", "backup-service"),
    /** How WAL gets into the object store, and what is missing there. */
    WAL("lifeboat.wal", "backup-service"),
    /** The life of each drill and restore. */
    RECOVERIES("lifeboat.recoveries", "restore-service"),
    /** Checks and verdicts. */
    VERIFICATIONS("lifeboat.verifications", "verifier"),
    /** What somebody should look at. */
    FINDINGS("lifeboat.findings", "verifier"),
    /** Who changed or approved what. */
    AUDIT("lifeboat.audit", null),
    /** What a consumer could not take. */
    DEAD_LETTERS("lifeboat.dead-letters", null);

    private final String topicName;
    private final String owner;

    Topic(String topicName, String owner) {
        this.topicName = topicName;
        this.owner = owner;
    }

    /** The name on the broker. */
    public String topicName() {
        return topicName;
    }

    /** The service that alone may write, or {@code null} where each service may. */
    public String owner() {
        return owner;
    }
}
