package dev.lifeboat.verifier.record;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.verifier.ledger.Checkpoint;
import dev.lifeboat.verifier.ledger.Ledger;
import dev.lifeboat.verifier.ledger.LedgerEntry;
import dev.lifeboat.verifier.ledger.LedgerExport;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The ledger, to be read and to be verified elsewhere. */
@Path("/api/v1/ledger")
@Tag(name = "ledger")
@RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.AUDITOR})
public class LedgerResource {
    private static final int MOST = 200;
    private static final List<String> FILES =
            List.of(LedgerExport.ENTRIES, LedgerExport.CHECKPOINT, LedgerExport.PUBLIC_KEY);

    private final Database database;
    private final Ledger ledger;

    LedgerResource(Database database, Ledger ledger) {
        this.database = database;
        this.ledger = ledger;
    }

    /** An entry without its envelope. */
    public record Entry(long sequence, String runKey, String digest, Instant appendedAt) {}

    /** Newest first; {@code next} is the sequence to go on before, absent at the end. */
    public record Entries(List<Entry> items, Long next) {}

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Entries, newest first")
    public Entries list(@QueryParam("before") Long before, @QueryParam("limit") @DefaultValue("50") int limit) {
        if (limit < 1 || limit > MOST || (before != null && before < 1)) {
            throw Problem.of(
                    400,
                    new Failure(
                            "request.range",
                            "A page is out of range.",
                            "limit 1 to " + MOST + ", before at least 1",
                            "limit " + limit + ", before " + before,
                            "Ask for a smaller page."));
        }
        return database.inTransaction(handle -> {
            Checkpoint head = ledger.head(handle);
            long newest = before == null ? head.size() : Math.min(before - 1, head.size());
            List<Entry> items = new ArrayList<>();
            for (long sequence = newest; sequence >= 1 && items.size() < limit; sequence--) {
                items.add(summary(ledger.entry(handle, sequence).orElseThrow()));
            }
            long oldest = items.isEmpty() ? 1 : items.getLast().sequence();
            return new Entries(items, oldest > 1 ? oldest : null);
        });
    }

    @GET
    @Path("/{sequence}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "One entry: the DSSE envelope, byte by byte as it was signed")
    public byte[] entry(@PathParam("sequence") long sequence) {
        return database.inTransaction(handle -> ledger.entry(handle, sequence))
                .map(entry -> entry.envelope().bytes())
                .orElseThrow(() -> Problem.notFound("ledger-entry", Long.toString(sequence)));
    }

    @GET
    @Path("/checkpoint")
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(summary = "The ledger as it stands: a signed note with the size and the root of its tree")
    public String checkpoint() {
        return database.inTransaction(ledger::checkpoint);
    }

    @GET
    @Path("/public-key")
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(summary = "The key to verify with, PEM. Keep it where the operator of this service cannot change it")
    public String publicKey() {
        return ledger.verificationKey().pem();
    }

    @GET
    @Path("/export")
    @Produces("application/zip")
    @Operation(summary = "Entries, checkpoint and public key of one moment: what the offline verifier reads")
    public byte[] export() {
        return database.inTransaction(handle -> {
            try {
                java.nio.file.Path folder = Files.createTempDirectory("ledger-export-");
                try {
                    new LedgerExport(ledger).write(handle, folder);
                    return zip(folder);
                } finally {
                    for (String file : FILES) {
                        Files.deleteIfExists(folder.resolve(file));
                    }
                    Files.delete(folder);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static byte[] zip(java.nio.file.Path folder) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String file : FILES) {
                zip.putNextEntry(new ZipEntry(file));
                Files.copy(folder.resolve(file), zip);
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static Entry summary(LedgerEntry entry) {
        return new Entry(entry.sequence(), entry.runKey(), entry.position().digest(), entry.appendedAt());
    }
}
