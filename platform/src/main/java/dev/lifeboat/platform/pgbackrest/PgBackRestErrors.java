package dev.lifeboat.platform.pgbackrest;

import static dev.lifeboat.platform.pgbackrest.PgBackRestFault.fatal;
import static dev.lifeboat.platform.pgbackrest.PgBackRestFault.passing;

/**
 * What each error of pgBackRest means. Each case was seen, with 2.45 where nothing else is said; the samples are those of the test.
 */
final class PgBackRestErrors {
    private PgBackRestErrors() {}

    static PgBackRestFault fault(PgBackRestSaid said) {
        return switch (said.number()) {
            case 26 ->
                fatal(
                        "pgbackrest.checksum-mismatch",
                        "Bytes in the repository are not those that were backed up.",
                        "the checksum of the backup's manifest",
                        said.found(),
                        "This backup is damaged. Restore from another one or another repository, and look for who"
                                + " changed it.");
            case 28, 44, 51 -> stanzaMismatch(said);
            case 58 -> PgBackRestServerErrors.dataDirectory(said, said.found());
            case 29, 95 -> unreadable(said);
            case 27, 30, 31, 32, 33, 34, 35, 36, 37, 43, 48, 96 -> option(said);
            case 38 ->
                fatal(
                        "pgbackrest.server-running",
                        "A server runs in the folder that was to be restored into.",
                        "a folder without a running server",
                        said.found(),
                        "A restore never overwrites a running server: choose another folder.");
            case 39, 101, 105 -> repository(said);
            case 40 ->
                fatal(
                        "pgbackrest.folder-not-empty",
                        "The folder that was to be restored into is not empty.",
                        "an empty folder",
                        said.found(),
                        "Choose an empty folder.");
            case 45 ->
                fatal(
                        "pgbackrest.archive-duplicate",
                        "The archive holds another content of a WAL segment.",
                        "one server per stanza",
                        said.found(),
                        "Two servers archive into this stanza: a copy, or a server that was restored. Switch the"
                                + " archiving of the copy off.");
            case 46 ->
                fatal(
                        "pgbackrest.version-unsupported",
                        "This pgBackRest cannot back up a server of this version.",
                        "a version that knows the server's",
                        said.found(),
                        "Update the package pgbackrest; apt.postgresql.org has newer ones than Debian.");
            case 49 -> unreachable(said);
            case 50 -> lock(said);
            case 55 -> missing(said);
            case 56 -> PgBackRestServerErrors.connect(said);
            case 57 -> PgBackRestServerErrors.query(said);
            case 41, 42, 47, 52, 53, 54, 60, 61, 64, 74, 79, 83, 88, 97, 98 -> file(said);
            case 62 ->
                fatal(
                        "pgbackrest.stopped",
                        "Somebody has stopped pgBackRest for this stanza.",
                        "no stop file",
                        said.found(),
                        "When their work is done: pgbackrest start, with this cluster's configuration.");
            case 63, 137, 143, 129, 130 ->
                passing(
                        "pgbackrest.killed",
                        "pgBackRest was ended by a signal.",
                        "an end of its own",
                        said.found(),
                        "It is tried again. Somebody ended it, or memory ran out: look into the kernel's log.");
            case 68 ->
                fatal(
                        "pgbackrest.archive-command-wrong",
                        "The server's archive_command does not archive with pgBackRest.",
                        "the archive_command that Lifeboat names",
                        said.found(),
                        "Set archive_command as Lifeboat says, and reload.");
            case 75 -> set(said);
            case 82 ->
                passing(
                        "pgbackrest.archive-timeout",
                        "A WAL segment did not arrive in the repository in time.",
                        "archive_command to succeed",
                        said.found(),
                        "It is tried again. Look at pg_stat_archiver and the server's log: archive_command says there"
                                + " why it fails.");
            case 87 ->
                fatal(
                        "pgbackrest.archive-mode-off",
                        "The server does not archive its WAL.",
                        "archive_mode = on",
                        said.found(),
                        "ALTER SYSTEM SET archive_mode = 'on'; then restart the server.");
            case 94, 100 ->
                passing(
                        "pgbackrest.resources-missing",
                        "pgBackRest lacked memory or another resource.",
                        "free memory",
                        said.found(),
                        "It is tried again. Lower jobs, or give the host more memory.");
            case 102 ->
                passing(
                        "pgbackrest.worker-lost",
                        "A worker of pgBackRest could not be started or was lost.",
                        "workers that run to their end",
                        said.found(),
                        "It is tried again. Look into the kernel's log whether memory ran out.");
            case 106 -> clock(said);
            default ->
                fatal(
                        "pgbackrest.failed",
                        "pgBackRest failed.",
                        "exit status 0",
                        said.found(),
                        "Mend what it complains about.");
        };
    }

    private static PgBackRestFault stanzaMismatch(PgBackRestSaid said) {
        if (said.number() == 28 && !said.saysOneOf("do not match", "does not match")) {
            return fatal(
                    "pgbackrest.repository-damaged",
                    "A file of the repository is not what it should be.",
                    "backup.info and archive.info as pgBackRest wrote them",
                    said.found(),
                    "Look for who changed the bucket; restore the object from its older version if there is one.");
        }
        return fatal(
                "pgbackrest.stanza-mismatch",
                "The server is not the one that this stanza was made for.",
                "the system identifier and version of the stanza",
                said.found(),
                "After pg_upgrade: run pgbackrest stanza-upgrade with this cluster's configuration, then take a full"
                        + " backup. If it is another server: declare it under another name.");
    }

    private static PgBackRestFault unreadable(PgBackRestSaid said) {
        if (said.saysOneOf("unable to verify certificate", "unable to find hostname")) {
            return fatal(
                    "pgbackrest.certificate-untrusted",
                    "The certificate of the object store is not trusted.",
                    "a certificate for this host, signed by an authority that is trusted",
                    said.found(),
                    "Name the authority's certificate in the repository's caFile, readable by the server's"
                            + " operating-system user.");
        }
        if (said.says("CA certificate location")) {
            return fatal(
                    "pgbackrest.ca-file-unreadable",
                    "The file with the certificate authority cannot be read.",
                    "a PEM file that the server's operating-system user can read",
                    said.found(),
                    "Correct the repository's caFile, its owner or its mode.");
        }
        if (said.saysOneOf("cipher header invalid", "unable to flush", "is or was the repo encrypted")
                || said.says("key/value found outside of section")) {
            return fatal(
                    "pgbackrest.cipher-mismatch",
                    "The repository cannot be decrypted.",
                    "the passphrase, or none, that the stanza was made with",
                    said.saysOneOf("cipher header invalid")
                            ? "a passphrase for what is not encrypted"
                            : "another passphrase, or none",
                    "Correct the secret of the repository's encryption. A passphrase cannot be changed or added later:"
                            + " take another prefix and a full backup.");
        }
        return fatal(
                "pgbackrest.repository-damaged",
                "A file of the repository cannot be read.",
                "what pgBackRest wrote",
                said.found(),
                "Look for who changed the bucket; restore the object from its older version if there is one.");
    }

    private static PgBackRestFault option(PgBackRestSaid said) {
        if (said.says("cipher-pass")) {
            return fatal(
                    "pgbackrest.passphrase-missing",
                    "The repository is encrypted, and no passphrase was given.",
                    "encryption.passphrase of the repository",
                    said.found(),
                    "Declare the repository's encryption.");
        }
        if (said.says("not built with")) {
            return fatal(
                    "pgbackrest.compression-missing",
                    "This pgBackRest was built without the compression that is configured.",
                    "a build with it",
                    said.found(),
                    "Set lifeboat.pgbackrest.compress-type to gz, or install Debian's package.");
        }
        return fatal(
                "pgbackrest.option-refused",
                "pgBackRest does not take an option.",
                "an option that this version knows",
                said.found(),
                "Compare its version with what is configured.");
    }

    private static PgBackRestFault repository(PgBackRestSaid said) {
        if (said.says("NoSuchBucket")) {
            return fatal(
                    "pgbackrest.bucket-missing",
                    "The bucket does not exist.",
                    "an existing bucket",
                    said.lineWith("NoSuchBucket"),
                    "Create the bucket, or correct the repository's bucket.");
        }
        if (said.says("RequestTimeTooSkewed")) {
            return clock(said);
        }
        if (said.saysOneOf("<Code>AccessDenied<", "AccessDenied:")) {
            return fatal(
                    "pgbackrest.access-denied",
                    "The object store does not allow this.",
                    "a key that may list, read, write and delete below the prefix",
                    said.found(),
                    "Extend the policy of the access key.");
        }
        if (said.saysOneOf("failed with 403", "failed with 401", "InvalidAccessKeyId", "SignatureDoesNotMatch")
                || said.number() == 105) {
            return fatal(
                    "pgbackrest.wrong-key",
                    "The object store refuses the credentials.",
                    "an access key and secret key that are valid, with rights on the bucket",
                    said.found(),
                    "Check the secrets that the repository's credentials refer to.");
        }
        if (said.saysOneOf("failed with 301", "failed with 307", "failed with 400")) {
            return fatal(
                    "pgbackrest.repo-refused",
                    "The object store does not take the request.",
                    "the region and addressing that the bucket has",
                    said.found(),
                    "Check the repository's region, endpoint and pathStyle.");
        }
        if (said.says("NULL result required")) {
            return PgBackRestServerErrors.connectionLost(said);
        }
        return unreachable(said);
    }

    private static PgBackRestFault clock(PgBackRestSaid said) {
        return fatal(
                "pgbackrest.clock-skewed",
                "Two clocks are too far apart.",
                "clocks of this host, the server and the object store within minutes",
                said.found(),
                "Let the hosts keep their time by NTP.");
    }

    private static PgBackRestFault unreachable(PgBackRestSaid said) {
        return passing(
                "pgbackrest.repo-unreachable",
                "The object store cannot be reached, or did not answer as it should.",
                "an answer",
                said.found(),
                "It is tried again. If it stays so, check the repository's endpoint, the network, and the store.");
    }

    private static PgBackRestFault lock(PgBackRestSaid said) {
        if (said.says("Permission denied")) {
            return folderClosed(said);
        }
        if (said.says("No space left")) {
            return diskFull(said);
        }
        return passing(
                "pgbackrest.locked",
                "Another pgBackRest works on this stanza.",
                "nobody else at work",
                said.found(),
                "It is tried again. If it stays so, look for a pgbackrest process that hangs.");
    }

    private static PgBackRestFault missing(PgBackRestSaid said) {
        if (said.saysOneOf("stanza-create been performed", "backup.info", "archive.info")) {
            return passing(
                    "pgbackrest.stanza-missing",
                    "The repository does not hold this stanza.",
                    "backup.info and archive.info",
                    said.found(),
                    "It is created at the next attempt. If there were backups: who emptied the bucket?");
        }
        return fatal(
                "pgbackrest.file-missing",
                "A file that is needed is not there.",
                "the file",
                said.found(),
                "In the repository: who removed it? On this host: was the work folder emptied?");
    }

    private static PgBackRestFault file(PgBackRestSaid said) {
        if (said.says("No space left")) {
            return diskFull(said);
        }
        if (said.saysOneOf("Permission denied", "Operation not permitted")) {
            return folderClosed(said);
        }
        return passing(
                "pgbackrest.file-failed",
                "A file or a worker's pipe could not be read or written.",
                "no error",
                said.found(),
                "It is tried again. If it stays so, look at the disk and into the kernel's log.");
    }

    private static PgBackRestFault folderClosed(PgBackRestSaid said) {
        return fatal(
                "pgbackrest.folder-closed",
                "The server's operating-system user may not use a folder or file.",
                "folders that it owns, below folders that it may enter",
                said.found(),
                "Correct owner and mode of what is named; lifeboat.work-directory must let others pass (chmod o+x).");
    }

    private static PgBackRestFault diskFull(PgBackRestSaid said) {
        return passing(
                "pgbackrest.disk-full",
                "A disk has no space left.",
                "free space",
                said.found(),
                "Make room; it is tried again.");
    }

    private static PgBackRestFault set(PgBackRestSaid said) {
        if (said.says("cannot be expired until another")) {
            return passing(
                    "pgbackrest.last-full",
                    "The only full backup cannot be removed.",
                    "another full backup",
                    said.found(),
                    "It goes as soon as the next full backup is there.");
        }
        return fatal(
                "pgbackrest.set-missing",
                "The repository does not hold this backup, or it is not usable.",
                "a set that info lists",
                said.found(),
                "Choose another backup. Was this one expired by somebody else?");
    }
}
