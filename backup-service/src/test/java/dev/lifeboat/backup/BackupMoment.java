package dev.lifeboat.backup;

import java.util.stream.Stream;

/** A moment of a backup that can be seen from outside: something lies in the bucket, or somebody is at work. */
enum BackupMoment {
    REQUESTED,
    /** The globals are in the bucket. */
    GLOBALS_STORED,
    /** pg_dump is at work. */
    DUMPING,
    /** The database's dump is in the bucket. */
    STORED,
    /** pgbackrest is at work. */
    COPYING,
    /** The set is complete in pgBackRest's tree. */
    SET_LISTED,
    /** The inventory is in the bucket. */
    DESCRIBED,
    /** The manifest is in the bucket. */
    PUBLISHED;

    /** A method of taking backups. */
    enum Method {
        DUMP("{\"method\":\"dump\",\"databases\":[\"postgres\"],\"fingerprint\":\"off\"}"),
        PGBACKREST("{\"method\":\"pgbackrest\",\"type\":\"full\"}");

        private final String request;

        Method(String request) {
            this.request = request;
        }

        /** What asks for one. */
        String request() {
            return request;
        }
    }

    /** A moment of a method. */
    record Of(Method method, BackupMoment moment) {}

    /** Whether it is seen by the tools that are at work. */
    boolean byTools() {
        return this == DUMPING || this == COPYING;
    }

    /** All that there are. */
    static Stream<Of> all() {
        return Stream.concat(
                Stream.of(REQUESTED, GLOBALS_STORED, DUMPING, STORED, DESCRIBED, PUBLISHED)
                        .map(moment -> new Of(Method.DUMP, moment)),
                Stream.of(REQUESTED, COPYING, SET_LISTED, DESCRIBED, PUBLISHED)
                        .map(moment -> new Of(Method.PGBACKREST, moment)));
    }
}
