package se.utrop.site;

import java.time.Duration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.MediaTypeFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** Serves the static files of the pages, the widget, and the module that follows the feed. */
@PageController
class AssetController {

    private static final CacheControl FOREVER =
            CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable();

    /** These addresses stay the same, so a new release reaches their users within this time. */
    private static final CacheControl HOUR =
            CacheControl.maxAge(Duration.ofHours(1)).cachePublic();

    /** By the suffix .ts it would be served as an MPEG transport stream. */
    private static final MediaType TYPESCRIPT = MediaType.parseMediaType("application/typescript;charset=utf-8");

    private final Assets assets;

    private final Resource widget = new ClassPathResource("site/widget.js");

    private final Resource feed = new ClassPathResource("site/assets/feed.js");

    private final Resource feedTypes = new ClassPathResource("site/feed.d.ts");

    AssetController(Site site) {
        this.assets = site.assets();
    }

    @GetMapping(Assets.PATH + "{name}")
    ResponseEntity<Resource> asset(@PathVariable String name) {
        Resource file = assets.find(name);
        return file == null ? unknown() : response(file, FOREVER, mediaType(file));
    }

    /** While a new release is rolled out, another node has the file: no cache may keep that it is missing here. */
    private static ResponseEntity<Resource> unknown() {
        return ResponseEntity.notFound().cacheControl(CacheControl.noStore()).build();
    }

    @GetMapping("/widget.js")
    ResponseEntity<Resource> widget() {
        return response(widget, HOUR, mediaType(widget));
    }

    @GetMapping("/feed.js")
    ResponseEntity<Resource> feed() {
        return forAnyOrigin(feed, mediaType(feed));
    }

    @GetMapping("/feed.d.ts")
    ResponseEntity<Resource> feedTypes() {
        return forAnyOrigin(feedTypes, TYPESCRIPT);
    }

    /** Browsers load a module of another origin only if its server allows that. */
    private static ResponseEntity<Resource> forAnyOrigin(Resource file, MediaType type) {
        return ResponseEntity.ok()
                .headers(headers -> headers.setAccessControlAllowOrigin("*"))
                .cacheControl(HOUR)
                .contentType(type)
                .body(file);
    }

    private static ResponseEntity<Resource> response(Resource file, CacheControl caching, MediaType type) {
        return ResponseEntity.ok().cacheControl(caching).contentType(type).body(file);
    }

    /** The media type is that of the file, whatever the request accepts: caches in between keep one response for all. */
    private static MediaType mediaType(Resource file) {
        return MediaTypeFactory.getMediaType(file).orElse(MediaType.APPLICATION_OCTET_STREAM);
    }
}
