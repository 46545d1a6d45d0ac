// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {ICheckpointLog} from "./interfaces/ICheckpointLog.sol";
import {RFC6962} from "./libraries/RFC6962.sol";

/// @title Checkpoints of one append-only log
/// @dev No proxy, no external call, nothing payable, nothing to destroy: what was deployed is what runs.
contract CheckpointLog is ICheckpointLog, AccessControl, Pausable {
    /// @notice Role of the accounts that may anchor.
    bytes32 public constant ANCHOR_ROLE = keccak256("ANCHOR_ROLE");

    bytes32 private constant _DOMAIN_TYPEHASH = keccak256("EIP712Domain(string name,string version,bytes32 salt)");
    bytes32 private constant _CHECKPOINT_TYPEHASH = keccak256("Checkpoint(uint64 size,bytes32 root)");

    /// @inheritdoc ICheckpointLog
    bytes32 public immutable logId;

    /// @inheritdoc ICheckpointLog
    uint64 public immutable genesisSize;

    // Without chain id and contract on purpose: one signature serves every contract of the log, and replaying it
    // is harmless where growth and consistency are demanded.
    bytes32 private immutable _domainSeparator;

    // One slot: both are read for each checkpoint.
    uint64 private _size;
    address private _signer;

    /// @inheritdoc ICheckpointLog
    mapping(uint64 size => bytes32 root) public rootAt;

    /// @param logId_ SHA-256 name of the log
    /// @param genesisSize_ Size of the checkpoint to begin with, at least 1
    /// @param genesisRoot Its root
    /// @param signer_ Address of the log's checkpoint key
    /// @param admin Administrator: grants and takes roles, pauses, replaces the checkpoint key
    constructor(bytes32 logId_, uint64 genesisSize_, bytes32 genesisRoot, address signer_, address admin) {
        if (logId_ == 0 || genesisSize_ == 0 || genesisRoot == 0 || admin == address(0)) revert BadGenesis();
        logId = logId_;
        genesisSize = genesisSize_;
        _domainSeparator =
            keccak256(abi.encode(_DOMAIN_TYPEHASH, keccak256("Once Ledger"), keccak256("1"), logId_));
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _setSigner(signer_);
        _take(genesisSize_, genesisRoot);
    }

    /// @inheritdoc ICheckpointLog
    function anchor(uint64 newSize, bytes32 newRoot, bytes32[] calldata proof, bytes calldata signature)
        external
        onlyRole(ANCHOR_ROLE)
        whenNotPaused
    {
        if (proof.length > RFC6962.MAX_PROOF) revert ProofTooLong();
        uint64 oldSize = _size;
        address expected = _signer;
        if (newSize <= oldSize) revert NoGrowth(oldSize);
        if (msg.sender == expected) revert SignerIsSender();
        // The third value only details a fault, and any fault is refused.
        // slither-disable-next-line unused-return
        (address recovered, ECDSA.RecoverError fault,) = ECDSA.tryRecover(_digest(newSize, newRoot), signature);
        if (fault != ECDSA.RecoverError.NoError || recovered != expected) revert WrongSigner();
        if (!RFC6962.isConsistent(oldSize, rootAt[oldSize], newSize, newRoot, proof)) revert Inconsistent();
        _take(newSize, newRoot);
    }

    /// @inheritdoc ICheckpointLog
    function setSigner(address newSigner) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setSigner(newSigner);
    }

    /// @inheritdoc ICheckpointLog
    function pause() external onlyRole(DEFAULT_ADMIN_ROLE) {
        _pause();
    }

    /// @inheritdoc ICheckpointLog
    function unpause() external onlyRole(DEFAULT_ADMIN_ROLE) {
        _unpause();
    }

    /// @inheritdoc ICheckpointLog
    function head() external view returns (uint64 size, bytes32 root) {
        size = _size;
        root = rootAt[size];
    }

    /// @inheritdoc ICheckpointLog
    function signer() external view returns (address) {
        return _signer;
    }

    /// @inheritdoc ICheckpointLog
    function verifyInclusion(bytes32 leafHash, uint64 index, uint64 size, bytes32[] calldata proof)
        external
        view
        returns (bool)
    {
        return RFC6962.isIncluded(leafHash, index, size, _anchored(size), proof);
    }

    /// @inheritdoc ICheckpointLog
    function verifyConsistency(uint64 oldSize, bytes32 oldRoot, uint64 newSize, bytes32[] calldata proof)
        external
        view
        returns (bool)
    {
        return RFC6962.isConsistent(oldSize, oldRoot, newSize, _anchored(newSize), proof);
    }

    function _take(uint64 size, bytes32 root) private {
        _size = size;
        rootAt[size] = root;
        emit CheckpointAnchored(size, root);
    }

    function _setSigner(address newSigner) private {
        if (newSigner == address(0)) revert BadSigner();
        address previous = _signer;
        _signer = newSigner;
        emit SignerChanged(previous, newSigner);
    }

    function _anchored(uint64 size) private view returns (bytes32 root) {
        root = rootAt[size];
        if (root == 0) revert UnknownSize(size);
    }

    function _digest(uint64 size, bytes32 root) private view returns (bytes32) {
        bytes32 structHash = keccak256(abi.encode(_CHECKPOINT_TYPEHASH, size, root));
        return keccak256(abi.encodePacked(hex"1901", _domainSeparator, structHash));
    }
}
