package se.utrop.graphql;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;
import se.utrop.graphql.JsonPlan.Getter;

/** Calls the public method with the property's name on objects of one class. */
final class PropertyGetter implements Getter {

    private static final MethodType GENERAL = MethodType.methodType(Object.class, Object.class);

    private final String name;

    private final Getter otherwise;

    private volatile @Nullable Direct direct;

    PropertyGetter(String name, Getter otherwise) {
        this.name = name;
        this.otherwise = otherwise;
    }

    private record Direct(Class<?> owners, @Nullable MethodHandle method) {}

    @Override
    public @Nullable Object get(Object owner) throws Exception {
        Direct known = direct;
        if (known == null || known.owners != owner.getClass()) {
            known = new Direct(owner.getClass(), method(owner.getClass()));
            direct = known;
        }
        return known.method == null ? otherwise.get(owner) : call(known.method, owner);
    }

    private static @Nullable Object call(MethodHandle method, Object owner) throws Exception {
        try {
            return (Object) method.invokeExact(owner);
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private @Nullable MethodHandle method(Class<?> owners) {
        try {
            Method method = owners.getMethod(name);
            return Modifier.isPublic(owners.getModifiers()) && method.getReturnType() != void.class
                    ? MethodHandles.publicLookup().unreflect(method).asType(GENERAL)
                    : null;
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
