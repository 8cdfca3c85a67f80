package dev.lifeboat.platform.auth;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.platform.auth.Principals.Principal;
import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * The file that says who may do what: {@code {"principals":[{"name":…,"roles":[…],"tokenSha256":…}]}}, readable by its
 * owner alone. It is read again when it changed; a change that cannot be used is refused as a whole, said, and what was
 * read before stays.
 */
final class PrincipalsFile {
    private static final Logger LOG = Logger.getLogger(PrincipalsFile.class);
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    private static final Set<String> ROLES =
            Set.of(Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE);
    private static final Set<PosixFilePermission> OWNER_ONLY =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private record Document(List<Principal> principals) {}

    /** What tells one state of the file from another. */
    private record Stamp(FileTime modified, long size, Object key, Set<PosixFilePermission> permissions) {}

    private record Read(Stamp stamp, Principals principals, Failure failure) {}

    private final Path file;
    private volatile Read last = new Read(null, Principals.NONE, null);

    /** The principals of this file; it is read at the first question. */
    PrincipalsFile(Path file) {
        this.file = file;
    }

    /** Who there is now. */
    Principals principals() {
        refresh();
        return last.principals();
    }

    /** What is wrong with the file, if anything is. */
    Optional<Failure> failure() {
        refresh();
        return Optional.ofNullable(last.failure());
    }

    private void refresh() {
        Read before = last;
        Stamp stamp = null;
        try {
            stamp = stamp();
            if (stamp.equals(before.stamp())) {
                return;
            }
            Principals principals = read(stamp);
            LOG.infof("read %d principals from %s", principals.size(), file);
            last = new Read(stamp, principals, null);
        } catch (NoSuchFileException e) {
            refused(
                    stamp,
                    before,
                    failure(
                            "missing",
                            "There is no principals file.",
                            file.toString(),
                            null,
                            "Make it, or correct" + " lifeboat.principals-file."));
        } catch (Unusable e) {
            refused(stamp, before, e.failure);
        } catch (IOException e) {
            refused(
                    stamp,
                    before,
                    failure(
                            "unreadable",
                            "The principals file cannot be read.",
                            null,
                            e.toString(),
                            "Let the service's" + " user read it."));
        }
    }

    private void refused(Stamp stamp, Read before, Failure failure) {
        if (!failure.equals(before.failure())) {
            LOG.errorf(
                    "%s: %s expected %s, found %s. %s Until then the %d principals that were read before stay.",
                    file,
                    failure.message(),
                    failure.expected(),
                    failure.found(),
                    failure.hint(),
                    before.principals().size());
        }
        last = new Read(stamp, before.principals(), failure);
    }

    private Stamp stamp() throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
        return new Stamp(
                attributes.lastModifiedTime(), attributes.size(), attributes.fileKey(), attributes.permissions());
    }

    private Principals read(Stamp stamp) throws IOException, Unusable {
        if (!OWNER_ONLY.containsAll(stamp.permissions())) {
            throw new Unusable(failure(
                    "too-open",
                    "The principals file can be read or written by others than its owner.",
                    "rw-------",
                    PosixFilePermissions.toString(stamp.permissions()),
                    "chmod 600 " + file));
        }
        Document document;
        try {
            document = JSON.readValue(Files.readAllBytes(file), Document.class);
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw new Unusable(failure(
                    "malformed",
                    "The principals file is malformed.",
                    "{\"principals\":[{\"name\":…,\"roles\":[…],\"tokenSha256\":…}]}",
                    e.getOriginalMessage(),
                    "Correct it."));
        }
        List<Principal> principals =
                document == null || document.principals() == null ? List.of() : document.principals();
        Set<String> names = new HashSet<>();
        Set<String> digests = new HashSet<>();
        for (Principal each : principals) {
            check(each, names, digests);
        }
        return new Principals(principals);
    }

    private static void check(Principal each, Set<String> names, Set<String> digests) throws Unusable {
        String name = Objects.toString(each.name(), "");
        if (!name.matches("(principal|service)/[a-z0-9][a-z0-9._-]{0,62}")) {
            throw new Unusable(failure(
                    "name",
                    "A principal's name is not allowed.",
                    "principal/<name> or service/<name>",
                    name,
                    "Rename it."));
        }
        if (!ROLES.containsAll(each.roles()) || each.roles().isEmpty()) {
            throw new Unusable(failure(
                    "roles",
                    "The roles of " + name + " are not known.",
                    ROLES.toString(),
                    each.roles().toString(),
                    "Correct" + " them."));
        }
        if (!Objects.toString(each.tokenSha256(), "").matches("[0-9a-fA-F]{64}")) {
            throw new Unusable(failure(
                    "token",
                    "The tokenSha256 of " + name + " is no SHA-256.",
                    "64 hexadecimal digits",
                    null,
                    "Write the" + " digest of the token: printf %s \"$TOKEN\" | sha256sum"));
        }
        if (!names.add(name) || !digests.add(each.tokenSha256())) {
            throw new Unusable(failure("twice", "A name or token is there twice.", null, name, "Remove one."));
        }
    }

    private static Failure failure(String code, String message, String expected, String found, String hint) {
        return new Failure("principals." + code, message, expected, found, hint);
    }

    private static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Failure failure;

        Unusable(Failure failure) {
            super(failure.message());
            this.failure = failure;
        }
    }
}
