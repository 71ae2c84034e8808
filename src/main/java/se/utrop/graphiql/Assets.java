package se.utrop.graphiql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.util.DigestUtils;

/** The static files of the page. All share one version, a hash that changes whenever a file changes. */
class Assets {

    private static final String OWN = "graphiql/";

    private final Map<String, ClassPathResource> files = new TreeMap<>();

    private final String version;

    Assets() throws IOException {
        add(library("org.mvnpm", "graphiql", "_static/graphiql/%s/graphiql.min.css"));
        add(library("org.mvnpm", "graphiql", "_static/graphiql/%s/graphiql.min.js"));
        add(library("org.webjars.npm", "graphql-ws", "webjars/graphql-ws/%s/umd/graphql-ws.min.js"));
        add(library("org.webjars.npm", "react", "webjars/react/%s/umd/react.production.min.js"));
        add(library("org.webjars.npm", "react-dom", "webjars/react-dom/%s/umd/react-dom.production.min.js"));
        add(new ClassPathResource(OWN + "assets/utrop.css"));
        add(new ClassPathResource(OWN + "assets/utrop.js"));
        add(new ClassPathResource(OWN + "assets/utrop.svg"));
        version = digest();
    }

    /** Reads one of this package's own files as text. */
    static String own(String path) throws IOException {
        return new ClassPathResource(OWN + path).getContentAsString(StandardCharsets.UTF_8);
    }

    String version() {
        return version;
    }

    @Nullable
    Resource find(String version, String name) {
        return version.equals(this.version) ? files.get(name) : null;
    }

    private void add(ClassPathResource file) {
        files.put(file.getFilename(), file);
    }

    private static ClassPathResource library(String group, String artifact, String path) throws IOException {
        Resource release = new ClassPathResource("META-INF/maven/%s/%s/pom.properties".formatted(group, artifact));
        String version = PropertiesLoaderUtils.loadProperties(release).getProperty("version");
        return new ClassPathResource("META-INF/resources/" + path.formatted(version));
    }

    /** Hashes the paths and the package's own files. The path of a library's file contains its version. */
    private String digest() throws IOException {
        StringBuilder digested = new StringBuilder();
        for (ClassPathResource file : files.values()) {
            digested.append(file.getPath()).append('\n');
            if (file.getPath().startsWith(OWN)) {
                digested.append(file.getContentAsString(StandardCharsets.UTF_8));
            }
        }
        return DigestUtils.md5DigestAsHex(digested.toString().getBytes(StandardCharsets.UTF_8));
    }
}
