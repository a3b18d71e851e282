namespace DrChaffee.Domain.Data.Roles;

/// <summary>Tables that a role that only reads the library must not read: who has an account, who is signed in, what they did, and the keys that guard it.</summary>
internal static class SecretTables
{
    public static readonly string[] Names =
    [
        "accounts", "account_sessions", "recovery_codes", "setup_tokens", "data_protection_keys", "audit_log",
    ];

    /// <summary>
    /// Takes from every role but the owner what it may do with them. A role that reads future tables by default would otherwise read those that a migration brings.
    /// </summary>
    public static readonly string HideSql = $"""
        DO $$
        DECLARE hidden record;
        BEGIN
            FOR hidden IN
                SELECT DISTINCT c.relname, r.rolname FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
                WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname IN ({string.Join(", ", Names.Select(name => $"'{name}'"))})
                    AND EXISTS (SELECT FROM pg_default_acl d CROSS JOIN LATERAL aclexplode(d.defaclacl) f WHERE d.defaclnamespace = c.relnamespace AND f.grantee = a.grantee)
            LOOP
                EXECUTE format('REVOKE ALL ON %I FROM %I', hidden.relname, hidden.rolname);
            END LOOP;
        END $$
        """;
}
