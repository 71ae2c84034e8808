package se.utrop.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.DigestUtils;

/** The static files of the pages. Each has a hash of its content in its name, so that browsers may keep it forever. */
final class Assets {

    static final String PATH = "/assets/";

    private static final int HASH_LENGTH = 12;

    private final Map<String, String> addresses = new TreeMap<>();

    private final Map<String, ClassPathResource> files = new TreeMap<>();

    Assets() {
        for (String name : new String[] {"site.css", "site.js", "feed.js", "icon.svg"}) {
            add(name, new ClassPathResource("site/assets/" + name));
        }
    }

    private void add(String name, ClassPathResource file) {
        int dot = name.indexOf('.');
        String hashed = name.substring(0, dot) + "-" + hash(file) + name.substring(dot);
        addresses.put(name, PATH + hashed);
        files.put(hashed, file);
    }

    private static String hash(ClassPathResource file) {
        try {
            return DigestUtils.md5DigestAsHex(file.getContentAsByteArray()).substring(0, HASH_LENGTH);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The address of the file with this name. */
    String address(String name) {
        String address = addresses.get(name);
        if (address == null) {
            throw new IllegalArgumentException("There is no asset " + name);
        }
        return address;
    }

    /** The file with this name and hash; null if there is none. */
    @Nullable
    ClassPathResource find(String hashed) {
        return files.get(hashed);
    }
}
