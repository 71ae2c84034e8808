package se.utrop.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority, and the certificates that it gives to servers; made with the JDK's keytool. */
public record Certificates(Path directory, String authority) {

    private static final String PASSWORD = "changeit";

    public static Certificates of(Path directory, String authority) throws Exception {
        Certificates made = new Certificates(directory, authority);
        made.keytool("-genkeypair", authority, "-keyalg", "RSA", "-dname", "CN=" + authority, "-ext", "bc:c");
        made.keytool("-exportcert", authority, "-rfc", "-file", made.root().toString());
        return made;
    }

    /** The authority's own certificate. */
    public Path root() {
        return directory.resolve(authority + ".crt");
    }

    /** The certificate and the key of a server. */
    public record Server(Path certificate, Path key) {}

    public Server give(String name, String subjects, String... validity) throws Exception {
        Path request = directory.resolve(name + ".csr");
        Path certificate = directory.resolve(name + ".crt");
        keytool("-genkeypair", name, "-keyalg", "RSA", "-dname", "CN=" + name);
        keytool("-certreq", name, "-file", request.toString());
        List<String> options = new ArrayList<>(List.of(
                "-rfc", "-infile", request.toString(), "-outfile", certificate.toString(), "-ext", "san=" + subjects));
        options.addAll(List.of(validity));
        keytool("-gencert", authority, options.toArray(String[]::new));
        return new Server(certificate, key(name));
    }

    private Path key(String name) throws Exception {
        KeyStore store = KeyStore.getInstance(keys().toFile(), PASSWORD.toCharArray());
        byte[] key = store.getKey(name, PASSWORD.toCharArray()).getEncoded();
        Path file = directory.resolve(name + ".key");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(
                file,
                "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                        .formatted(Base64.getMimeEncoder().encodeToString(key)));
    }

    private Path keys() {
        return directory.resolve(authority + ".p12");
    }

    private void keytool(String command, String alias, String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                command,
                "-alias",
                alias,
                "-keystore",
                keys().toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
        words.addAll(List.of(options));
        Path said = directory.resolve("keytool.log");
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(Files.readString(said));
        }
    }
}
