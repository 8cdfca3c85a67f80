package dev.lifeboat.backup.adoption;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What came of an adoption.
 *
 * @param systemIdentifier of the database whose backups these are
 * @param backups in the catalogue now, oldest first
 * @param leftOut sets of the stanza that are not, and why
 */
public record AdoptionView(
        String cluster,
        String repository,
        String stanza,
        String path,
        String systemIdentifier,
        List<Adopted> backups,
        List<LeftOut> leftOut) {

    /**
     * A set that is a backup of the catalogue.
     *
     * @param isNew whether it was not before
     */
    public record Adopted(UUID id, String label, String type, Instant completedAt, boolean isNew) {}

    /** A set that is none. */
    public record LeftOut(String label, String reason) {}
}
