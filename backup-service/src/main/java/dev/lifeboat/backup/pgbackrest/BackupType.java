package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.platform.pgbackrest.PgBackRestInfo;
import java.util.Map;

/** Types of backups, in our words and in pgBackRest's. */
final class BackupType {
    private static final Map<String, String> OPTIONS =
            Map.of("full", "full", "differential", "diff", "incremental", "incr");

    private BackupType() {}

    /** What {@code --type} takes; without a word, a full one. */
    static String option(String type) {
        String option = OPTIONS.get(type == null ? "full" : type);
        if (option == null) {
            throw new IllegalArgumentException("no type of backup: " + type);
        }
        return option;
    }

    /** What a set became: an incremental one without a full before it is full. */
    static String of(PgBackRestInfo.Set set) {
        return OPTIONS.entrySet().stream()
                .filter(type -> type.getValue().equals(set.type()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(set.type());
    }
}
