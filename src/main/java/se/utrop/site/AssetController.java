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

/** Serves the static files of the pages, and the widget. */
@PageController
class AssetController {

    private static final CacheControl FOREVER =
            CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable();

    /** The address of the widget stays the same, so a new release reaches its users within this time. */
    private static final CacheControl HOUR =
            CacheControl.maxAge(Duration.ofHours(1)).cachePublic();

    private final Assets assets;

    private final Resource widget = new ClassPathResource("site/widget.js");

    AssetController(Site site) {
        this.assets = site.assets();
    }

    @GetMapping(Assets.PATH + "{name}")
    ResponseEntity<Resource> asset(@PathVariable String name) {
        Resource file = assets.find(name);
        return file == null ? ResponseEntity.notFound().build() : response(file, FOREVER);
    }

    @GetMapping("/widget.js")
    ResponseEntity<Resource> widget() {
        return response(widget, HOUR);
    }

    /** The media type is that of the file, whatever the request accepts: caches in between keep one response for all. */
    private static ResponseEntity<Resource> response(Resource file, CacheControl caching) {
        return ResponseEntity.ok()
                .cacheControl(caching)
                .contentType(MediaTypeFactory.getMediaType(file).orElse(MediaType.APPLICATION_OCTET_STREAM))
                .body(file);
    }
}
