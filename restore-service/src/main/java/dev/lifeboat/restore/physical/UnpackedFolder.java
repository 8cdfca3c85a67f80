package dev.lifeboat.restore.physical;

import dev.lifeboat.platform.basebackup.ArrivedFiles;
import dev.lifeboat.platform.basebackup.TarArchive;
import dev.lifeboat.restore.sandbox.Sandbox;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes an archive's files below one folder and nowhere else: no name leads out of it, nothing that is there is written
 * over, and while it is unpacked there is no link in it that could be followed. What the disk refuses is thrown as
 * {@link UncheckedIOException}, so that an {@link IOException} always means the archive.
 */
final class UnpackedFolder implements TarArchive.Files {
    private static final Set<OpenOption> FRESH =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    /** Where a server keeps the links to its tablespaces; they are made anew when all is unpacked. */
    private static final Pattern TABLESPACE = Pattern.compile("pg_tblspc/\\d+");

    private final Owner owner;
    private final Path folder;
    private final String prefix;
    private final ArrivedFiles arrived;

    /** Whose files they shall be. */
    interface Owner {
        /** Makes a folder for it alone; one that is there stays as it is. */
        Path makeFolder(Path inside);

        /** Hands a file over to it. */
        void give(Path inside) throws IOException;

        /** The sandbox's server. */
        static Owner of(Sandbox sandbox) {
            return new Owner() {
                @Override
                public Path makeFolder(Path inside) {
                    return sandbox.makeFolder(inside);
                }

                @Override
                public void give(Path inside) throws IOException {
                    sandbox.give(inside);
                }
            };
        }
    }

    /**
     * @param prefix what the server's manifest puts before the names
     * @param arrived takes the files with their digests
     */
    UnpackedFolder(Owner owner, Path folder, String prefix, ArrivedFiles arrived) {
        this.owner = owner;
        this.folder = folder;
        this.prefix = prefix;
        this.arrived = arrived;
    }

    @Override
    public OutputStream content(String name, long size) throws IOException {
        Path file = inside(name);
        try {
            OutputStream out = Files.newOutputStream(file, FRESH.toArray(OpenOption[]::new));
            owner.give(file);
            return new OnDisk(out);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(name + " is in it twice", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void file(String name, long size, byte[] digest) {
        arrived.files().put(prefix + name, new ArrivedFiles.File(size, digest));
    }

    @Override
    public void folder(String name) throws IOException {
        String trimmed = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        if (trimmed.isEmpty() || trimmed.equals(".")) {
            return;
        }
        Path made = inside(trimmed);
        if (Files.exists(made, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(name + " is in it as a file and as a folder");
        }
        owner.makeFolder(made);
    }

    @Override
    public void link(String name, String target) throws IOException {
        if (!TABLESPACE.matcher(name).matches()) {
            throw new IOException(name + " is a link, and leads to " + target);
        }
    }

    private Path inside(String name) throws IOException {
        String text = new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        for (String part : text.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw new IOException("a name that leads elsewhere: " + text.replaceAll("\\p{Cntrl}", "?"));
            }
        }
        try {
            return folder.resolve(text);
        } catch (InvalidPathException e) {
            throw new IOException("a name that this host cannot write: " + text.replaceAll("\\p{Cntrl}", "?"), e);
        }
    }

    /** What it throws comes from the disk. */
    private static final class OnDisk extends FilterOutputStream {
        OnDisk(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                out.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
