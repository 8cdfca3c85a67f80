package dev.lifeboat.local.stack;

import java.util.List;
import java.util.Locale;

/** The parts of the stack and their ports. */
public enum PartName {
    BACKUP("backup-service", 8081, 1),
    RESTORE("restore-service", 8082, 2),
    VERIFIER("verifier", 8083, 3),
    POSTGRES("postgres", 15432, 4),
    SHOP("shop", 15433, 5),
    KAFKA("kafka", 19092, 6),
    KAFKA_CONTROLLER("kafka-controller", 19093, 7),
    S3_EAST("s3-east", 19443, 8),
    S3_WEST("s3-west", 19444, 9);

    /** The three services, each a process of its own. */
    public static final List<PartName> SERVICES = List.of(BACKUP, RESTORE, VERIFIER);

    /** The object stores, which whatever archives needs to its very end. */
    public static final List<PartName> STORES = List.of(S3_EAST, S3_WEST);

    private final String text;
    private final int port;
    private final int offset;

    PartName(String text, int port, int offset) {
        this.text = text;
        this.port = port;
        this.offset = offset;
    }

    /** The name that people see; a service's is that of its module and of its Kafka principal. */
    public String text() {
        return text;
    }

    /** Port where nothing else is said. */
    public int defaultPort() {
        return port;
    }

    /** Distance from {@code LIFEBOAT_PORT_BASE}. */
    public int offset() {
        return offset;
    }

    /** The environment variable that moves this part's port. */
    public String variable() {
        return "LIFEBOAT_PORT_" + name();
    }

    /** Short name of a service in {@code stack.json}: {@code backup}, {@code restore}, {@code verifier}. */
    public String shortName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
