package se.utrop.database;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Files and directories that only their owner may see, where the file system knows owners. */
final class OwnerOnly {

    private OwnerOnly() {}

    static void createDirectories(Path directory) throws IOException {
        Files.createDirectories(directory, permissions("rwx------"));
    }

    static void createFile(Path file) throws IOException {
        Files.createFile(file, permissions("rw-------"));
    }

    private static FileAttribute<?>[] permissions(String permissions) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
